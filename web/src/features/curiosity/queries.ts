import { queryOptions } from "@tanstack/react-query";
import type { RecommendationList } from "@/api/types";
import { api } from "@/lib/api";

export const recommendationsQuery = queryOptions({
  queryKey: ["recommendations"],
  queryFn: ({ signal }) => api.get<RecommendationList>("/recommendations", { signal }),
});
