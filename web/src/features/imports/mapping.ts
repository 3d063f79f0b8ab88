import type { ColumnMapping, ImportOptions, ImportPreview } from "@/api/types";

export type FieldName = ColumnMapping["field"];

export interface ImportField {
  name: FieldName;
  label: string;
  group: "Day" | "What ran" | "Figures";
}

export const FIELDS: ImportField[] = [
  { name: "date", label: "Date", group: "Day" },
  { name: "year", label: "Year", group: "Day" },
  { name: "month", label: "Month", group: "Day" },
  { name: "day", label: "Day of month", group: "Day" },
  { name: "campaign", label: "Campaign", group: "What ran" },
  { name: "ad_group", label: "Ad group", group: "What ran" },
  { name: "ad", label: "Ad", group: "What ran" },
  { name: "platform", label: "Platform", group: "What ran" },
  { name: "impressions", label: "Impressions", group: "Figures" },
  { name: "clicks", label: "Clicks", group: "Figures" },
  { name: "spend", label: "Spend", group: "Figures" },
  { name: "conversions", label: "Conversions", group: "Figures" },
  { name: "revenue", label: "Revenue", group: "Figures" },
  { name: "currency", label: "Currency", group: "Figures" },
];

export const GROUPS = ["Day", "What ran", "Figures"] as const;

/** What may be the same for every line instead of a column. */
export const CONSTANTS = [
  { name: "year", label: "Year", help: "For files that name only day and month.", example: "2020" },
  { name: "currency", label: "Currency", help: "Three letters: the currency of all amounts.", example: "USD" },
  { name: "platform", label: "Platform", help: "Where these ads ran.", example: "display" },
] as const;

export const fieldLabel = (name: string) => FIELDS.find((field) => field.name === name)?.label ?? name;

export const fieldOf = (options: ImportOptions, column: string) =>
  options.mapping.find((entry) => entry.column === column)?.field ?? "";

const FIGURES = ["impressions", "clicks", "spend", "conversions", "revenue"];

export const isFigure = (name: string) => FIGURES.includes(name);

/**
 * A field belongs to one column: giving it to another takes it from the first. How dates or figures are written is
 * known of the columns that held them; for others the server finds out, or asks.
 */
export function mapColumn(options: ImportOptions, column: string, field: FieldName | ""): ImportOptions {
  const changed: string[] = [fieldOf(options, column), field];
  const others = options.mapping.filter((entry) => entry.column !== column && entry.field !== field);
  const constants = Object.fromEntries(Object.entries(options.constants).filter(([name]) => name !== field));
  return {
    ...options,
    constants,
    mapping: field ? [...others, { column, field }] : others,
    date_order: changed.includes("date") ? null : options.date_order,
    decimal: changed.some(isFigure) ? null : options.decimal,
  };
}

export function setConstant(options: ImportOptions, name: string, value: string): ImportOptions {
  const constants = Object.fromEntries(Object.entries(options.constants).filter(([key]) => key !== name));
  return { ...options, constants: value.trim() ? { ...constants, [name]: value.trim() } : constants };
}

/** What is still needed before the file can be read at all, in words; empty when nothing is. */
export function missingFields(options: ImportOptions): string[] {
  const known = new Set<string>([...options.mapping.map((entry) => entry.field), ...Object.keys(options.constants)]);
  const missing: string[] = [];
  const splitDate = known.has("month") && known.has("day") && known.has("year");
  if (!known.has("date") && !splitDate) {
    missing.push(known.has("month") || known.has("day") ? "year, month and day" : "a date (or year, month and day)");
  }
  if (![...known].some(isFigure)) {
    missing.push("at least one figure, such as spend or clicks");
  }
  if (!known.has("currency")) missing.push("the currency");
  return missing;
}

/** Its first two numbers, where the year comes last. */
function dayAndMonth(date: string): [number, number] | null {
  const [, first, second] = /^\s*(\d{1,2})\D(\d{1,2})\D\d{2,4}/.exec(date) ?? [];
  return first === undefined ? null : [Number(first), Number(second)];
}

/** A date of the file that can be read in two ways, as long as nobody said which. */
export function ambiguousDate(preview: ImportPreview, options: ImportOptions): string | null {
  const column = preview.columns.find((entry) => fieldOf(options, entry.name) === "date");
  if (!column || options.date_order !== null) return null;
  const dates = column.samples.map((sample) => ({ sample, pair: dayAndMonth(sample) }));
  // A bad line (32.04.2026) tells nothing.
  const isTold = dates.some(({ pair }) => pair && Math.max(...pair) <= 31 && pair[0] > 12 !== pair[1] > 12);
  return isTold ? null : (dates.find(({ pair }) => pair)?.sample ?? null);
}

/** What the server asked about its own suggestion; another mapping, or all answers, make it idle. */
export function openQuestions(preview: ImportPreview, options: ImportOptions): string[] {
  const asSuggested = JSON.stringify(options.mapping) === JSON.stringify(preview.suggested.mapping);
  const answered = missingFields(options).length === 0 && ambiguousDate(preview, options) === null;
  return asSuggested && !answered ? preview.questions : [];
}
