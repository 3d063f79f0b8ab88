import type { QueryClient, QueryKey } from "@tanstack/react-query";

/** What a hint from the server makes old. The event names are those of GET /api/v1/events. */
const STALE: Record<string, QueryKey[]> = {
  sync: [["connections"]],
  // Also when a sync has ended, and with it its reconciliation.
  connection: [["connections"], ["reconciliation"]],
  import: [["imports"]],
  data: [["overview"], ["campaigns"], ["campaign"], ["risk"], ["recommendations"], ["connections"], ["restated"]],
};

const GATHER_MILLISECONDS = 300;
const RETRY_MILLISECONDS = 5_000;

/**
 * Keeps one event stream open and marks what it names as stale. Hints that come close together cause one fetch.
 * After a gap everything may be old, so everything is fetched again. Returns the function that ends it.
 */
export function listenToEvents(client: QueryClient, open: () => EventSource = () => new EventSource("/api/v1/events")) {
  const waiting = new Set<string>();
  let gather: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource | undefined;
  let hadGap = false;

  const flush = () => {
    gather = undefined;
    const kinds = [...waiting];
    waiting.clear();
    const keys = new Map(kinds.flatMap((kind) => STALE[kind] ?? []).map((key) => [JSON.stringify(key), key]));
    for (const queryKey of keys.values()) void client.invalidateQueries({ queryKey });
  };

  const connect = () => {
    source = open();
    for (const kind of Object.keys(STALE)) {
      source.addEventListener(kind, () => {
        waiting.add(kind);
        gather ??= setTimeout(flush, GATHER_MILLISECONDS);
      });
    }
    source.onopen = () => {
      if (hadGap) void client.invalidateQueries();
      hadGap = false;
    };
    source.onerror = () => {
      hadGap = true;
      // The browser reconnects by itself unless the answer was not a stream (a proxy's error page, a restart).
      if (source?.readyState === 2) retry = setTimeout(connect, RETRY_MILLISECONDS);
    };
  };

  connect();
  return () => {
    clearTimeout(gather);
    clearTimeout(retry);
    source?.close();
  };
}
