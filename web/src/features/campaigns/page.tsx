import { useCallback } from "react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Megaphone } from "lucide-react";
import { PageHeader } from "@/components/page-header";
import { Empty, ErrorState } from "@/components/states";
import { useRange } from "@/components/use-range";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/surface";
import { overviewQuery } from "@/features/dashboard/queries";
import { integer } from "@/lib/format";
import { useIsPhone } from "@/lib/hooks";
import { CampaignCards } from "./cards";
import {
  nextSort,
  parseCampaignSearch,
  toFilter,
  type CampaignFilter,
  type CampaignSearch,
  type CampaignSort,
} from "./filter";
import { campaignsQuery } from "./queries";
import { CampaignSheet } from "./sheet";
import { CampaignTable } from "./table";
import { CampaignToolbar } from "./toolbar";

const route = getRouteApi("/app/campaigns");

function NoCampaigns({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  return (
    <Empty
      icon={<Megaphone aria-hidden className="size-5" />}
      title={filtered ? "No campaign matches" : "No campaigns in these days"}
      text={
        filtered
          ? "Try fewer letters, or take a filter away."
          : "Campaigns appear here once a sync or an import has brought them in. Another range may show some."
      }
      actions={filtered && <Button onClick={onClear}>Clear search and filters</Button>}
    />
  );
}

export function CampaignsPage() {
  const search = parseCampaignSearch({ ...route.useSearch() });
  const navigate = useNavigate();
  const range = useRange();
  const phone = useIsPhone();
  const filter = toFilter(search);
  const query = useInfiniteQuery(campaignsQuery(range.start, range.end, filter));
  const platforms = useQuery(overviewQuery(range.start, range.end)).data?.platforms.map((row) => row.platform) ?? [];

  const change = useCallback(
    (part: Partial<CampaignSearch>, replace = false) =>
      void navigate({ to: ".", search: (previous) => ({ ...previous, ...part }), replace }),
    [navigate],
  );
  // The same function every time: the table makes its cells anew, and loses the focus, when this one changes.
  const open = useCallback((id: string) => change({ campaign: id }), [change]);
  const changeFilter = (part: Partial<CampaignFilter>) =>
    change(Object.fromEntries(Object.entries(part).map(([name, value]) => [name, value || undefined])), true);
  const sortBy = (sort: CampaignSort) => change(nextSort(filter, sort), true);
  const clear = () => changeFilter({ search: "", status: "", platform: "" });

  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const total = query.data?.pages[0]?.total ?? 0;
  const filtered = Boolean(filter.search || filter.status || filter.platform);
  const list = {
    rows,
    filter,
    stale: query.isPlaceholderData,
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    onMore: () => void query.fetchNextPage(),
    onSort: sortBy,
    onOpen: open,
  };

  return (
    <>
      <PageHeader title="Campaigns" range />
      <CampaignToolbar
        key={filter.search}
        filter={filter}
        platforms={platforms}
        onChange={changeFilter}
        count={query.data ? `${integer(rows.length)} of ${integer(total)}` : ""}
      />
      {query.error && !query.data && (
        <ErrorState
          title="The campaigns could not be loaded"
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      )}
      {!query.error && !query.data && <Skeleton className="h-120 rounded-lg!" />}
      {query.data && total === 0 && <NoCampaigns filtered={filtered} onClear={clear} />}
      {query.data && total > 0 && (phone ? <CampaignCards {...list} /> : <CampaignTable {...list} />)}
      {search.campaign && <CampaignSheet id={search.campaign} onClose={() => change({ campaign: undefined }, true)} />}
    </>
  );
}
