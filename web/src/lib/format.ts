import type { Day, Instant, MetricName, Money } from "@/api/types";

/**
 * The one place that turns values into words. The interface is English, so only an English locale is taken from the
 * browser (for its grouping and its order of day and month); everyone else gets American English.
 */
export const LOCALE: string =
  (typeof navigator === "undefined" ? [] : navigator.languages).find((tag) => tag.startsWith("en")) ?? "en-US";

export const NONE = "–";
const MINUS = "\u2212";
/** Between a number and its percent sign: never the end of a line. */
const NARROW_SPACE = "\u202f";

const formats = new Map<string, Intl.NumberFormat>();

/** What rounds to zero has no sign. */
function numberFormat(given: Intl.NumberFormatOptions): Intl.NumberFormat {
  const options: Intl.NumberFormatOptions = { signDisplay: "negative", ...given };
  const key = JSON.stringify(options);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(LOCALE, options);
    formats.set(key, format);
  }
  return format;
}

const withMinus = (text: string) => text.replace("-", MINUS);

/** For sorting, charts and display only; sums are made by the server. */
export function toNumber(value: Money | number | null | undefined): number | null {
  if (value === null || value === undefined || value === "") return null;
  const number = typeof value === "number" ? value : Number(value);
  return Number.isFinite(number) ? number : null;
}

export interface MoneyOptions {
  /** exact: as many digits as the currency has. auto: whole units from 100 on. compact: $1.2k, for charts. */
  style?: "exact" | "auto" | "compact";
  signed?: boolean;
}

export function money(
  value: Money | number | null | undefined,
  currency: string,
  { style = "auto", signed = false }: MoneyOptions = {},
): string {
  const number = toNumber(value);
  if (number === null) return NONE;
  const options: Intl.NumberFormatOptions = { style: "currency", currency, currencyDisplay: "narrowSymbol" };
  if (signed) options.signDisplay = "exceptZero";
  if (style === "compact") {
    options.notation = "compact";
    options.minimumFractionDigits = 0;
    options.maximumFractionDigits = 1;
  } else if (style === "auto" && Math.abs(number) >= 100) {
    options.maximumFractionDigits = 0;
    options.minimumFractionDigits = 0;
  }
  return lowerSuffix(withMinus(numberFormat(options).format(number)), style === "compact");
}

/** «$8K» reads as a shout on an axis; the design writes k and m. */
function lowerSuffix(text: string, compact: boolean): string {
  return compact ? text.replace(/(\d)([KMB])/, (_, digit: string, unit: string) => digit + unit.toLowerCase()) : text;
}

export function integer(value: number | null | undefined): string {
  return value === null || value === undefined
    ? NONE
    : withMinus(numberFormat({ maximumFractionDigits: 0 }).format(value));
}

/** «+25», for points of a score. */
export function signed(value: number): string {
  return withMinus(numberFormat({ maximumFractionDigits: 0, signDisplay: "exceptZero" }).format(value));
}

export function compact(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  const format = numberFormat({ notation: "compact", maximumFractionDigits: 1 });
  return lowerSuffix(withMinus(format.format(value)), true);
}

export function ratio(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  return withMinus(numberFormat({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value));
}

/** 0.0184 → «1.84 %» */
export function percent(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined) return NONE;
  const format = numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${withMinus(format.format(value * 100))}${NARROW_SPACE}%`;
}

/** 0.124 → «+12.4 %» */
export function change(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  const digits = Math.abs(value) >= 1 ? 0 : 1;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "exceptZero" } as const;
  return `${withMinus(numberFormat(options).format(value * 100))}${NARROW_SPACE}%`;
}

const SUMS_OF_MONEY = new Set<MetricName>(["spend", "revenue"]);
/** Money for one of something: small, and compared to the cent. */
const UNIT_COSTS = new Set<MetricName>(["cpc", "cpa"]);

export function metric(
  name: MetricName,
  value: Money | number | null | undefined,
  currency: string,
  style: MoneyOptions["style"] = "auto",
): string {
  if (SUMS_OF_MONEY.has(name)) return money(value, currency, { style });
  if (UNIT_COSTS.has(name)) return money(value, currency, { style: style === "auto" ? "exact" : style });
  const number = toNumber(value);
  if (name === "ctr") return percent(number);
  if (name === "roas") return ratio(number);
  return style === "compact" ? compact(number) : integer(number);
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let format = dateFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(LOCALE, options);
    dateFormats.set(key, format);
  }
  return format;
}

const dayToDate = (day: Day) => new Date(`${day}T00:00:00Z`);

export function day(value: Day, withYear = false): string {
  const options: Intl.DateTimeFormatOptions = { month: "short", day: "numeric", timeZone: "UTC" };
  if (withYear) options.year = "numeric";
  return dateFormat(options).format(dayToDate(value));
}

export function weekday(value: Day): string {
  return dateFormat({ weekday: "short", month: "short", day: "numeric", timeZone: "UTC" }).format(dayToDate(value));
}

export function dayRange(start: Day, end: Day, withYear = false): string {
  const options: Intl.DateTimeFormatOptions = { month: "short", day: "numeric", timeZone: "UTC" };
  if (withYear || start.slice(0, 4) !== end.slice(0, 4)) options.year = "numeric";
  return dateFormat(options).formatRange(dayToDate(start), dayToDate(end));
}

export function instant(value: Instant | null | undefined): string {
  if (!value) return NONE;
  return dateFormat({ dateStyle: "medium", timeStyle: "short" }).format(new Date(value));
}

/** How long ago, short enough for the top bar: «now», «12 min», «3 h», «2 d». */
export function age(value: Instant | null | undefined, now: number): string {
  if (!value) return "never";
  const minutes = Math.floor((now - Date.parse(value)) / 60_000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

export function ago(value: Instant | null | undefined, now: number): string {
  const text = age(value, now);
  return text === "never" || text === "now" ? (text === "now" ? "just now" : text) : `${text} ago`;
}

/** The time until an instant: «in 12 min». */
export function until(value: Instant, now: number): string {
  const minutes = Math.ceil((Date.parse(value) - now) / 60_000);
  if (minutes <= 0) return "soon";
  return minutes < 60 ? `in ${minutes} min` : `in ${Math.round(minutes / 60)} h`;
}

/** How long something takes: «40 s», «12 min», «3 h». */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

export function bytes(value: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${numberFormat({ maximumFractionDigits: unit === 0 ? 0 : 1 }).format(size)} ${units[unit] ?? "B"}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${integer(count)} ${count === 1 ? one : many}`;
}

const conjunction = new Intl.ListFormat(LOCALE, { type: "conjunction" });

/** «a, b, and c» */
export const listed = (items: string[]) => conjunction.format(items);

/** America/New_York as people write it. */
export const timeZone = (name: string) => name.replaceAll("_", " ");

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
