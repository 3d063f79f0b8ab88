import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import type { LoginRequest, Session } from "@/api/types";
import { api } from "@/lib/api";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => api.get<Session>("/session", { signal, expectUnauthorized: true }),
  staleTime: 5 * 60_000,
  retry: false,
});

/** The pages behind the login only: their route has fetched it before they are shown. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

export const logIn = (request: LoginRequest) => api.post<Session>("/session", request, { expectUnauthorized: true });

export const logOut = () => api.delete("/session", { expectUnauthorized: true });
