import { queryOptions } from "@tanstack/react-query";
import type { Reconciliation, RestatedDays } from "@/api/types";
import { api } from "@/lib/api";

export const reconciliationQuery = queryOptions({
  queryKey: ["reconciliation"],
  queryFn: ({ signal }) => api.get<Reconciliation>("/reconciliation", { signal }),
});

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Changes that became known in the last `days` days, of days up to about three months back. */
export const restatedQuery = (days: number) =>
  queryOptions({
    queryKey: ["restated", days],
    queryFn: ({ signal }) => {
      const now = Date.now();
      const query = new URLSearchParams({
        start: new Date(now - 90 * DAY_MILLISECONDS).toISOString().slice(0, 10),
        end: new Date(now + DAY_MILLISECONDS).toISOString().slice(0, 10),
        since: new Date(now - days * DAY_MILLISECONDS).toISOString(),
      });
      return api.get<RestatedDays>(`/restated-days?${query}`, { signal });
    },
  });
