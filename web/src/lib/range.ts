import type { Day } from "@/api/types";
import { day as formatDay, dayRange, plural } from "@/lib/format";

/** The chosen days live in the URL, so that a link shows what its sender saw. */
export const PRESETS = [
  { id: "7d", label: "Last 7 days" },
  { id: "14d", label: "Last 14 days" },
  { id: "30d", label: "Last 30 days" },
  { id: "90d", label: "Last 90 days" },
  { id: "month", label: "This month" },
  { id: "last-month", label: "Last month" },
] as const;

export type Preset = (typeof PRESETS)[number]["id"];
export type RangeChoice = Preset | "custom";

export interface RangeSearch {
  range?: RangeChoice;
  start?: Day;
  end?: Day;
}

export interface Range {
  choice: RangeChoice;
  start: Day;
  end: Day;
  days: number;
  previousStart: Day;
  previousEnd: Day;
  label: string;
  comparison: string;
}

export const DEFAULT_PRESET: Preset = "30d";
export const MAX_DAYS = 731;

const MILLISECONDS = 86_400_000;

export function isDay(value: unknown): value is Day {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === value;
}

export function addDays(value: Day, days: number): Day {
  return new Date(Date.parse(`${value}T00:00:00Z`) + days * MILLISECONDS).toISOString().slice(0, 10);
}

/** Both ends count. */
export function countDays(start: Day, end: Day): number {
  return Math.round((Date.parse(`${end}T00:00:00Z`) - Date.parse(`${start}T00:00:00Z`)) / MILLISECONDS) + 1;
}

function isPreset(value: unknown): value is Preset {
  return PRESETS.some((preset) => preset.id === value);
}

/** Takes only what makes sense of an address; anything else falls back to the default range. */
export function parseRangeSearch(raw: Record<string, unknown>): RangeSearch {
  if (isPreset(raw.range)) return { range: raw.range };
  const custom =
    isDay(raw.start) && isDay(raw.end) && raw.start <= raw.end && countDays(raw.start, raw.end) <= MAX_DAYS;
  return custom ? { range: "custom", start: raw.start as Day, end: raw.end as Day } : {};
}

/** The address of these days, or of the newest of them where they are more than a range may have. */
export function customRange(first: Day, last: Day): Required<RangeSearch> {
  const start = countDays(first, last) > MAX_DAYS ? addDays(last, 1 - MAX_DAYS) : first;
  return { range: "custom", start, end: last };
}

function presetDays(preset: Preset, today: Day): { start: Day; end: Day } {
  switch (preset) {
    case "month":
      return { start: `${today.slice(0, 7)}-01`, end: today };
    case "last-month": {
      const end = addDays(`${today.slice(0, 7)}-01`, -1);
      return { start: `${end.slice(0, 7)}-01`, end };
    }
    default:
      return { start: addDays(today, 1 - Number.parseInt(preset, 10)), end: today };
  }
}

export function resolveRange(address: RangeSearch, today: Day): Range {
  // The router keeps what a route's own parser left out, so the address is read again.
  const search = parseRangeSearch({ ...address });
  const custom = search.range === "custom" && search.start && search.end;
  const preset = isPreset(search.range) ? search.range : DEFAULT_PRESET;
  const { start, end } = custom ? { start: search.start as Day, end: search.end as Day } : presetDays(preset, today);
  const days = countDays(start, end);
  const label = PRESETS.find((entry) => entry.id === preset)?.label ?? "";
  return {
    choice: custom ? "custom" : preset,
    start,
    end,
    days,
    previousStart: addDays(start, -days),
    previousEnd: addDays(start, -1),
    label: custom ? customLabel(start, end, today) : label,
    comparison: days === 1 ? "vs day before" : `vs previous ${plural(days, "day")}`,
  };
}

function customLabel(start: Day, end: Day, today: Day): string {
  const otherYear = start.slice(0, 4) !== today.slice(0, 4);
  return start === end ? formatDay(start, otherYear) : dayRange(start, end, otherYear);
}
