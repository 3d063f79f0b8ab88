import { describe, expect, it } from "vitest";
import {
  age,
  ago,
  bytes,
  change,
  compact,
  day,
  dayRange,
  integer,
  listed,
  metric,
  money,
  NONE,
  percent,
  plural,
  ratio,
  signed,
  timeZone,
  until,
} from "./format";

const plain = (text: string) => text.replaceAll(/[\u00a0\u2009\u202f]/g, " ");

describe("money", () => {
  it("has two digits below 100 and whole units from there on", () => {
    expect(money("21.84", "USD")).toBe("$21.84");
    expect(money("99.99", "USD")).toBe("$99.99");
    expect(money("100.49", "USD")).toBe("$100");
    expect(money("48210.35", "USD")).toBe("$48,210");
    expect(money("48210.35", "USD", { style: "exact" })).toBe("$48,210.35");
  });
  it("knows currencies without a minor unit", () => {
    expect(money("1234", "JPY", { style: "exact" })).toBe("¥1,234");
  });
  it("is short on charts", () => {
    expect(money(8000, "USD", { style: "compact" })).toBe("$8k");
    expect(money(1_250_000, "EUR", { style: "compact" })).toBe("€1.3m");
  });
  it("uses a real minus and a sign where asked", () => {
    expect(money("-620", "USD", { signed: true })).toBe("\u2212$620");
    expect(money("620", "USD", { signed: true })).toBe("+$620");
  });
  it("has no sign where it rounds to nothing", () => {
    expect(money("-0.001", "USD")).toBe("$0.00");
    expect(money(-0.4, "USD", { style: "compact" })).toBe("\u2212$0.4");
    expect(money(-0.04, "USD", { style: "compact", signed: true })).toBe("$0");
  });
  it("is a dash for what is not known", () => {
    expect(money(null, "USD")).toBe(NONE);
    expect(money(undefined, "USD")).toBe(NONE);
  });
});

describe("numbers", () => {
  it("groups, rounds and shortens", () => {
    expect(integer(239461)).toBe("239,461");
    expect(compact(12_345)).toBe("12.3k");
    expect(ratio(3.5749)).toBe("3.57");
    expect(plain(percent(0.0184))).toBe("1.84 %");
    expect(plural(1, "row")).toBe("1 row");
    expect(plural(1200, "row")).toBe("1,200 rows");
  });
  it("gives a dash for null everywhere", () => {
    for (const text of [integer(null), compact(null), ratio(null), percent(null), change(null)])
      expect(text).toBe(NONE);
  });
  it("signs a change, and no change has no sign", () => {
    expect(plain(change(0.124))).toBe("+12.4 %");
    expect(plain(change(-0.062))).toBe("\u22126.2 %");
    expect(plain(change(0))).toBe("0.0 %");
    expect(plain(change(2.5))).toBe("+250 %");
    expect(plain(change(-0.0004))).toBe("0.0 %");
    expect(signed(24.6)).toBe("+25");
    expect(signed(-3)).toBe("\u22123");
    expect(signed(-0.2)).toBe("0");
  });
  it("formats each metric by its kind", () => {
    expect(metric("spend", "12.00", "USD")).toBe("$12.00");
    expect(metric("roas", 2, "USD")).toBe("2.00");
    expect(metric("clicks", 1000, "USD")).toBe("1,000");
    expect(plain(metric("ctr", 0.5, "USD"))).toBe("50.00 %");
  });
  it("shows what one of something costs to the cent", () => {
    expect(metric("cpa", 135.4, "USD")).toBe("$135.40");
    expect(metric("cpc", 0.875, "USD")).toBe("$0.88");
  });
  it("never gives a sign to zero", () => {
    expect([integer(-0.2), compact(-0), ratio(-0.001)]).toEqual(["0", "0", "0.00"]);
    expect(plain(percent(-0.00001))).toBe("0.00 %");
  });
  it("writes a time zone with spaces", () => {
    expect(timeZone("America/New_York")).toBe("America/New York");
  });
  it("joins words as a sentence does", () => {
    expect(listed(["a"])).toBe("a");
    expect(listed(["a", "b", "c"])).toBe("a, b, and c");
  });
  it("counts bytes in thousands", () => {
    expect(bytes(999)).toBe("999 B");
    expect(bytes(1_200_000)).toBe("1.2 MB");
  });
});

describe("time", () => {
  const now = Date.parse("2026-03-31T12:00:00Z");
  it("shows days without shifting them into a zone", () => {
    expect(day("2026-03-01")).toBe("Mar 1");
    expect(day("2026-03-01", true)).toBe("Mar 1, 2026");
    expect(plain(dayRange("2026-03-01", "2026-03-31"))).toBe("Mar 1 – 31");
    expect(plain(dayRange("2025-12-30", "2026-01-02"))).toBe("Dec 30, 2025 – Jan 2, 2026");
  });
  it("tells ages", () => {
    expect(age(null, now)).toBe("never");
    expect(age("2026-03-31T11:59:40Z", now)).toBe("now");
    expect(age("2026-03-31T11:48:00Z", now)).toBe("12 min");
    expect(age("2026-03-31T09:00:00Z", now)).toBe("3 h");
    expect(age("2026-03-27T12:00:00Z", now)).toBe("4 d");
    expect(ago("2026-03-31T11:48:00Z", now)).toBe("12 min ago");
    expect(ago("2026-03-31T12:00:00Z", now)).toBe("just now");
    expect(until("2026-03-31T12:09:00Z", now)).toBe("in 9 min");
    expect(until("2026-03-31T11:00:00Z", now)).toBe("soon");
  });
});
