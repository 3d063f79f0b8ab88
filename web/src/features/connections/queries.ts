import { queryOptions } from "@tanstack/react-query";
import type {
  Connection,
  ConnectionChange,
  ConnectionList,
  ConnectionTest,
  NewConnection,
  PlatformList,
  SyncRun,
} from "@/api/types";
import { api } from "@/lib/api";

export const isSyncing = (connection: Connection) =>
  connection.sync?.state === "queued" || connection.sync?.state === "running";

export const connectionsQuery = queryOptions({
  queryKey: ["connections"],
  queryFn: ({ signal }) => api.get<ConnectionList>("/connections", { signal }),
  // Events bring progress; this is for the case that they do not get through a proxy.
  refetchInterval: (query) => (query.state.data?.items.some(isSyncing) ? 2_000 : false),
});

export const platformsQuery = queryOptions({
  queryKey: ["platforms"],
  queryFn: ({ signal }) => api.get<PlatformList>("/platforms", { signal }),
  staleTime: Infinity,
});

const path = (id: string) => `/connections/${encodeURIComponent(id)}`;

export const createConnection = (body: NewConnection) => api.post<Connection>("/connections", body);
export const testNewConnection = (body: NewConnection) => api.post<ConnectionTest>("/connections/test", body);
export const testConnection = (id: string) => api.post<ConnectionTest>(`${path(id)}/test`);
export const syncConnection = (id: string) => api.post<SyncRun>(`${path(id)}/sync`);
export const changeConnection = (id: string, body: ConnectionChange) => api.patch<Connection>(path(id), body);
export const deleteConnection = (id: string) => api.delete(path(id));
