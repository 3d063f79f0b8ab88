import { queryOptions } from "@tanstack/react-query";
import type { ImportCheck, ImportList, ImportOptions, ImportPreview, ImportRun } from "@/api/types";
import { api, ApiError, buildUrl, parseProblem, uploadFile } from "@/lib/api";

const POLL_MILLISECONDS = 1_000;

export const importsQuery = queryOptions({
  queryKey: ["imports"],
  queryFn: ({ signal }) => api.get<ImportList>("/imports", { signal }),
  refetchInterval: (query) =>
    query.state.data?.items.some((run) => run.state === "running") ? POLL_MILLISECONDS : false,
});

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ["imports", id],
    queryFn: ({ signal }) => api.get<ImportRun>(`/imports/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: (query) => (query.state.data?.state === "running" ? POLL_MILLISECONDS : false),
  });

export const upload = (file: File, onProgress: (fraction: number) => void, signal: AbortSignal) =>
  uploadFile<ImportPreview>("/imports/uploads", { file_name: file.name }, file, onProgress, signal);

const path = (uploadId: string) => `/imports/uploads/${encodeURIComponent(uploadId)}`;

export const checkUpload = (uploadId: string, options: ImportOptions) =>
  api.post<ImportCheck>(`${path(uploadId)}/check`, options);

export const startImport = (uploadId: string, options: ImportOptions) =>
  api.post<ImportRun>(`${path(uploadId)}/import`, options);

/** All lines that could not be read, as a CSV file. The server sends it in pieces; an empty one is the end. */
export async function badLinesFile(runId: string): Promise<Blob> {
  const pieces: ArrayBuffer[] = [];
  for (let offset = 0; ;) {
    const response = await fetch(buildUrl(`/imports/${encodeURIComponent(runId)}/bad-lines`, { offset }));
    if (!response.ok) throw new ApiError(response.status, parseProblem(await response.text()));
    const piece = await response.arrayBuffer();
    if (piece.byteLength === 0) return new Blob(pieces, { type: "text/csv" });
    pieces.push(piece);
    offset += piece.byteLength;
  }
}
