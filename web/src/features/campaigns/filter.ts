import type { CampaignStatus } from "@/api/types";

export const SORTS = [
  "spend",
  "revenue",
  "roas",
  "ctr",
  "cpc",
  "cpa",
  "impressions",
  "clicks",
  "conversions",
  "name",
  "status",
] as const;
export type CampaignSort = (typeof SORTS)[number];

export const STATUSES: CampaignStatus[] = ["active", "paused", "ended"];

/** What the address says about the list; defaults are left out of it. */
export interface CampaignSearch {
  search?: string;
  status?: CampaignStatus;
  platform?: string;
  sort?: CampaignSort;
  direction?: "asc" | "desc";
  /** The campaign whose sheet is open. */
  campaign?: string;
}

export interface CampaignFilter {
  search: string;
  status: CampaignStatus | "";
  platform: string;
  sort: CampaignSort;
  direction: "asc" | "desc";
}

const text = (value: unknown) =>
  typeof value === "string" && value ? value : typeof value === "number" ? String(value) : undefined;

export function parseCampaignSearch(raw: Record<string, unknown>): CampaignSearch {
  const result: CampaignSearch = {};
  const search = text(raw.search);
  if (search) result.search = search;
  const status = STATUSES.find((entry) => entry === raw.status);
  if (status) result.status = status;
  const platform = text(raw.platform);
  if (platform) result.platform = platform;
  const sort = SORTS.find((entry) => entry === raw.sort);
  if (sort) result.sort = sort;
  if (raw.direction === "asc" || raw.direction === "desc") result.direction = raw.direction;
  const campaign = text(raw.campaign);
  if (campaign) result.campaign = campaign;
  return result;
}

export function toFilter(search: CampaignSearch): CampaignFilter {
  return {
    search: search.search ?? "",
    status: search.status ?? "",
    platform: search.platform ?? "",
    sort: search.sort ?? "spend",
    direction: search.direction ?? "desc",
  };
}

/** Words read from A to Z first, figures from the largest. */
export function nextSort(current: CampaignFilter, sort: CampaignSort): Pick<CampaignFilter, "sort" | "direction"> {
  const first = sort === "name" || sort === "status" ? "asc" : "desc";
  if (current.sort !== sort) return { sort, direction: first };
  return { sort, direction: current.direction === "asc" ? "desc" : "asc" };
}
