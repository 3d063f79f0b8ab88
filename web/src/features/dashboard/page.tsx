import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import clsx from "clsx";
import { CalendarSearch, Plug } from "lucide-react";
import type { Day, Overview } from "@/api/types";
import { Converted, UnlikeBefore, WithoutRate } from "@/components/currencies";
import { PageHeader } from "@/components/page-header";
import { Empty, ErrorState } from "@/components/states";
import { useRange } from "@/components/use-range";
import { Button, buttonClass } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/surface";
import { connectionsQuery, isSyncing } from "@/features/connections/queries";
import { dayRange } from "@/lib/format";
import { customRange } from "@/lib/range";
import { CuriosityCard } from "./curiosity-card";
import { MemoryCard } from "./memory-card";
import { OracleCard } from "./oracle-card";
import { overviewQuery } from "./queries";
import { Tiles, TilesSkeleton } from "./tiles";

const COLUMNS = "grid gap-4 min-[1100px]:grid-cols-[minmax(0,1.55fr)_minmax(0,1fr)]";

function DashboardSkeleton() {
  return (
    <div className="grid gap-4" role="status" aria-label="Loading the dashboard">
      <TilesSkeleton />
      <div className={COLUMNS}>
        <Skeleton className="h-150 rounded-lg!" />
        <div className="grid gap-4">
          <Skeleton className="h-72 rounded-lg!" />
          <Skeleton className="h-72 rounded-lg!" />
        </div>
      </div>
    </div>
  );
}

function NoDataAtAll() {
  const { data } = useQuery(connectionsQuery);
  const syncing = data?.items.some(isSyncing);
  return (
    <Empty
      icon={<Plug aria-hidden className="size-5" />}
      title={syncing ? "The first numbers are on their way" : "Bring in your first numbers"}
      text={
        syncing
          ? "A sync is running, newest days first. This page fills by itself."
          : "Connect an ad account, and OmniFy fetches its last 90 days. Or import a CSV file that you already have."
      }
      actions={
        <>
          <Link to="/connections" className={buttonClass("primary")}>
            {syncing ? "Watch the sync" : "Connect an account"}
          </Link>
          <Link to="/import" className={buttonClass()}>
            Import a file
          </Link>
        </>
      }
    />
  );
}

function NoDataInRange({ first, last }: { first: Day; last: Day }) {
  const navigate = useNavigate();
  const range = customRange(first, last);
  const show = () => void navigate({ to: ".", search: (previous) => ({ ...previous, ...range }) });
  return (
    <Empty
      icon={<CalendarSearch aria-hidden className="size-5" />}
      title="No data in these days"
      text={`There is data from ${dayRange(first, last, true)}.`}
      actions={
        <Button variant="primary" onClick={show}>
          Show {dayRange(range.start, last, true)}
        </Button>
      }
    />
  );
}

const hasData = ({ totals, previous, excluded, trend }: Overview) =>
  excluded.length > 0 ||
  (trend.length > 0 && (totals.impressions > 0 || Number(totals.spend) !== 0 || previous.impressions > 0));

/** What makes the changes of these days unfair. */
function Unfinished({ overview: { trend, previous_trend: previous, end } }: { overview: Overview }) {
  const last = trend.at(-1);
  if (!last?.partial) return null;
  const coming = last.date < end;
  return (
    <p className="-mt-1 text-sm text-mut">
      {coming
        ? `These days are not over: the changes compare ${trend.length} of them with ${previous.length} before them.`
        : "Today is not over: the changes compare it with a whole day, and the newest revenue still grows."}
    </p>
  );
}

function Content({ overview, stale }: { overview: Overview; stale: boolean }) {
  if (overview.first_day === null || overview.last_day === null) return <NoDataAtAll />;
  if (!hasData(overview)) return <NoDataInRange first={overview.first_day} last={overview.last_day} />;
  return (
    <div className={clsx("grid gap-4 transition-opacity duration-150", stale && "opacity-60")} aria-busy={stale}>
      <WithoutRate entries={overview.excluded} currency={overview.currency} from="these figures" />
      <UnlikeBefore overview={overview} />
      <Tiles overview={overview} />
      <Converted overview={overview} />
      <Unfinished overview={overview} />
      <div className={COLUMNS}>
        <div className="min-w-0">
          <MemoryCard overview={overview} />
        </div>
        <div className="grid min-w-0 content-start gap-4">
          <OracleCard />
          <CuriosityCard />
        </div>
      </div>
    </div>
  );
}

export function DashboardPage() {
  const range = useRange();
  const { data, error, isPlaceholderData, refetch } = useQuery(overviewQuery(range.start, range.end));
  return (
    <>
      <PageHeader title="Dashboard" range />
      {data && <Content overview={data} stale={isPlaceholderData} />}
      {!data && error && (
        <ErrorState title="The dashboard could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <DashboardSkeleton />}
    </>
  );
}
