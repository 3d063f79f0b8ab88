import { describe, expect, it } from "vitest";
import { addDays, countDays, isDay, parseRangeSearch, resolveRange } from "./range";

const TODAY = "2026-03-31";

describe("parseRangeSearch", () => {
  it("takes presets and proper custom days", () => {
    expect(parseRangeSearch({ range: "7d" })).toEqual({ range: "7d" });
    expect(parseRangeSearch({ range: "custom", start: "2026-01-01", end: "2026-01-31" })).toEqual({
      range: "custom",
      start: "2026-01-01",
      end: "2026-01-31",
    });
  });
  it.each([
    {},
    { range: "forever" },
    { range: "custom", start: "2026-02-30", end: "2026-03-01" },
    { range: "custom", start: "2026-03-02", end: "2026-03-01" },
    { range: "custom", start: "2020-01-01", end: "2026-03-01" },
    { range: "custom", start: 20260101, end: "2026-03-01" },
  ])("falls back to the default for %j", (raw) => {
    expect(parseRangeSearch(raw)).toEqual({});
  });
});

describe("resolveRange", () => {
  it("falls back to the default for an address that makes no sense", () => {
    for (const [start, end] of [
      ["abc", "2025-02-01"],
      ["2025-11-01", "2025-10-01"],
    ])
      expect(resolveRange({ range: "custom", start, end }, TODAY)).toEqual(resolveRange({}, TODAY));
  });
  it("is the last 30 days with today unless told otherwise", () => {
    expect(resolveRange({}, TODAY)).toMatchObject({
      choice: "30d",
      start: "2026-03-02",
      end: TODAY,
      days: 30,
      previousStart: "2026-01-31",
      previousEnd: "2026-03-01",
      label: "Last 30 days",
      comparison: "vs previous 30 days",
    });
  });
  it("knows months, also across years and in leap years", () => {
    expect(resolveRange({ range: "month" }, TODAY)).toMatchObject({ start: "2026-03-01", end: TODAY });
    expect(resolveRange({ range: "last-month" }, "2026-01-15")).toMatchObject({
      start: "2025-12-01",
      end: "2025-12-31",
    });
    expect(resolveRange({ range: "last-month" }, "2028-03-05")).toMatchObject({
      start: "2028-02-01",
      end: "2028-02-29",
    });
  });
  it("names custom days, with the year when it is another one", () => {
    const search = { range: "custom", start: "2020-04-01", end: "2020-06-30" } as const;
    expect(resolveRange(search, TODAY)).toMatchObject({ choice: "custom", days: 91 });
    expect(resolveRange(search, TODAY).label).toContain("2020");
    const one = resolveRange({ range: "custom", start: TODAY, end: TODAY }, TODAY);
    expect(one).toMatchObject({ label: "Mar 31", days: 1, comparison: "vs day before" });
  });
});

describe("days", () => {
  it("counts across the change of the clocks", () => {
    expect(addDays("2026-03-28", 2)).toBe("2026-03-30");
    expect(countDays("2026-03-28", "2026-03-30")).toBe(3);
    expect(addDays("2026-10-24", 2)).toBe("2026-10-26");
  });
  it("knows what a day is", () => {
    expect(isDay("2028-02-29")).toBe(true);
    for (const value of ["2026-02-29", "2026-2-1", "", null, 5]) expect(isDay(value)).toBe(false);
  });
});
