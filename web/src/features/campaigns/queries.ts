import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { CampaignDetail, CampaignPage, Day } from "@/api/types";
import { api } from "@/lib/api";
import type { CampaignFilter } from "./filter";

const PAGE_SIZE = 100;

export const campaignsQuery = (start: Day, end: Day, filter: CampaignFilter) =>
  infiniteQueryOptions({
    queryKey: ["campaigns", start, end, filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<CampaignPage>("/campaigns", {
        query: { start, end, ...filter, limit: PAGE_SIZE, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });

/** The few that cost most, for the dashboard. */
export const topCampaignsQuery = (start: Day, end: Day, limit: number) =>
  queryOptions({
    queryKey: ["campaigns", "top", start, end, limit],
    queryFn: ({ signal }) =>
      api.get<CampaignPage>("/campaigns", { query: { start, end, sort: "spend", direction: "desc", limit }, signal }),
    placeholderData: keepPreviousData,
  });

export const campaignQuery = (id: string, start: Day, end: Day) =>
  queryOptions({
    queryKey: ["campaign", id, start, end],
    queryFn: ({ signal }) =>
      api.get<CampaignDetail>(`/campaigns/${encodeURIComponent(id)}`, { query: { start, end }, signal }),
    placeholderData: keepPreviousData,
  });
