import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Day, Overview } from "@/api/types";
import { api } from "@/lib/api";

export const overviewQuery = (start: Day, end: Day) =>
  queryOptions({
    queryKey: ["overview", start, end],
    queryFn: ({ signal }) => api.get<Overview>("/overview", { query: { start, end }, signal }),
    placeholderData: keepPreviousData,
  });
