import { describe, expect, it } from "vitest";
import { nextSort, parseCampaignSearch, toFilter } from "./filter";

describe("campaign filter", () => {
  it("takes only known words from an address", () => {
    expect(parseCampaignSearch({ search: "ugc", status: "active", sort: "roas", direction: "asc", x: 1 })).toEqual({
      search: "ugc",
      status: "active",
      sort: "roas",
      direction: "asc",
    });
    expect(parseCampaignSearch({ status: "gone", sort: "drop table", direction: "up", search: "" })).toEqual({});
    expect(parseCampaignSearch({ search: 2024 })).toEqual({ search: "2024" });
  });
  it("begins with the highest spend", () => {
    expect(toFilter({})).toEqual({ search: "", status: "", platform: "", sort: "spend", direction: "desc" });
  });
  it("turns the order on a second click, and starts each column at its useful end", () => {
    const filter = toFilter({});
    expect(nextSort(filter, "spend")).toEqual({ sort: "spend", direction: "asc" });
    expect(nextSort(filter, "roas")).toEqual({ sort: "roas", direction: "desc" });
    expect(nextSort(filter, "name")).toEqual({ sort: "name", direction: "asc" });
  });
});
