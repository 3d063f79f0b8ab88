import { describe, expect, it } from "vitest";
import type { ImportOptions } from "@/api/types";
import { preview } from "@/test/samples";
import { ambiguousDate, fieldOf, mapColumn, missingFields, openQuestions, setConstant } from "./mapping";

const options = preview.suggested;

describe("import mapping", () => {
  it("gives a field to one column only", () => {
    const next = mapColumn(options, "displays", "spend");
    expect(fieldOf(next, "displays")).toBe("spend");
    expect(fieldOf(next, "cost")).toBe("");
    expect(fieldOf(mapColumn(next, "displays", ""), "displays")).toBe("");
  });
  it("drops a constant when a column gives the value", () => {
    const constant = setConstant(options, "platform", " display ");
    expect(constant.constants).toEqual({ platform: "display" });
    expect(setConstant(constant, "platform", " ").constants).toEqual({});
    expect(mapColumn(constant, "displays", "platform").constants).toEqual({});
  });
  it("forgets how dates and figures are written when other columns hold them", () => {
    const settled: ImportOptions = { ...options, date_order: "dmy", decimal: "comma" };
    const written = (next: ImportOptions) => [next.date_order, next.decimal];
    expect(written(mapColumn(settled, "displays", "campaign"))).toEqual(["dmy", "comma"]);
    expect(written(mapColumn(settled, "displays", "impressions"))).toEqual(["dmy", null]);
    expect(written(mapColumn(settled, "cost", ""))).toEqual(["dmy", null]);
    expect(written(mapColumn(settled, "displays", "date"))).toEqual([null, "comma"]);
    expect(written(mapColumn(settled, "day", "clicks"))).toEqual([null, null]);
  });
  it("says what is still needed", () => {
    expect(missingFields(options)).toEqual(["the currency"]);
    const priced = setConstant(options, "currency", "USD");
    expect(missingFields(priced)).toEqual([]);
    const none = { ...priced, mapping: [] };
    expect(missingFields(none)).toHaveLength(2);
    const split: ImportOptions = {
      ...none,
      mapping: [
        { column: "m", field: "month" },
        { column: "d", field: "day" },
        { column: "c", field: "clicks" },
      ],
    };
    expect(missingFields(split)).toEqual(["year, month and day"]);
    expect(missingFields(setConstant(split, "year", "2020"))).toEqual([]);
  });
  it("asks for the order of day and month only where it is not clear", () => {
    const dated = (...samples: string[]) => ({ ...preview, columns: [{ name: "day", samples }] });
    expect(ambiguousDate(preview, options)).toBe("03/04/2020");
    expect(ambiguousDate(preview, { ...options, mapping: [] })).toBeNull();
    expect(ambiguousDate(preview, { ...options, date_order: "dmy" })).toBeNull();
    expect(ambiguousDate(dated("03.04.20"), options)).toBe("03.04.20");
    expect(ambiguousDate(dated("03/04/2020", "25/04/2020"), options)).toBeNull();
    expect(ambiguousDate(dated("03/04/2020", "13/45/2020"), options)).toBe("03/04/2020");
    expect(ambiguousDate(dated("03/04/2020", "32/04/2020"), options)).toBe("03/04/2020");
    expect(ambiguousDate(dated("2020-04-03"), options)).toBeNull();
    expect(ambiguousDate(dated("April 3, 2020"), options)).toBeNull();
  });
  it("keeps the server's questions until they are answered or idle", () => {
    expect(openQuestions(preview, options)).toEqual(preview.questions);
    expect(openQuestions(preview, mapColumn(options, "displays", "impressions"))).toEqual([]);
    const answered: ImportOptions = { ...setConstant(options, "currency", "USD"), date_order: "dmy" };
    expect(openQuestions(preview, answered)).toEqual([]);
  });
});
