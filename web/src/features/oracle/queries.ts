import { queryOptions } from "@tanstack/react-query";
import type { RiskReport } from "@/api/types";
import { api } from "@/lib/api";

export const riskQuery = queryOptions({
  queryKey: ["risk"],
  queryFn: ({ signal }) => api.get<RiskReport>("/risk", { signal }),
});
