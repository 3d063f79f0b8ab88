import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound, MoreHorizontal, RefreshCw, ShieldCheck, Trash2 } from "lucide-react";
import type { BackfillProgress, Connection, ConnectionTest, SyncRun } from "@/api/types";
import { PlatformName } from "@/components/value";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { Badge, Notice, Progress, type BadgeTone } from "@/components/ui/surface";
import { errorText } from "@/lib/api";
import { ago, day, dayRange, duration, instant, integer, plural, timeZone, until } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { toast } from "@/lib/toast";
import { connectionsQuery, isSyncing, syncConnection, testConnection } from "./queries";

const STATUS: Record<Connection["status"], { label: string; tone: BadgeTone }> = {
  active: { label: "Active", tone: "good" },
  reconnect: { label: "Reconnect", tone: "bad" },
  failing: { label: "Failing", tone: "warn" },
};

function SyncProgress({ run, name }: { run: SyncRun; name: string }) {
  return (
    <div className="mt-3 grid gap-1.5 rounded-lg bg-hover p-3">
      <div className="flex flex-wrap justify-between gap-x-4 text-sm">
        <span role="status" className="font-medium">
          {run.activity || (run.state === "queued" ? "Waiting for its turn" : "Syncing")}
        </span>
        <span className="text-mut">
          {integer(run.days_done)} of {plural(run.days_total, "day")} · {plural(run.rows_loaded, "row")}
        </span>
      </div>
      <Progress value={run.days_done} total={run.days_total} label={`Sync of ${name}`} />
    </div>
  );
}

function Backfill({ progress, name }: { progress: BackfillProgress; name: string }) {
  if (progress.state === "finished") return null;
  if (progress.state === "failed") {
    return (
      <div className="mt-3">
        <Notice tone="warn">
          Days before {day(progress.first_day, true)} could not all be loaded: {progress.error} Enter a new token to try
          again.
        </Notice>
      </div>
    );
  }
  const left = progress.seconds_left === null ? null : `about ${duration(progress.seconds_left)} left`;
  return (
    <div className="mt-3 grid gap-1.5 rounded-lg bg-hover p-3">
      <div className="flex flex-wrap justify-between gap-x-4 text-sm">
        <span className="font-medium">
          Loading older days, back to {day(progress.first_day, true)}
          {progress.error && <span className="font-normal text-warn"> · waiting: {progress.error}</span>}
        </span>
        <span className="text-mut">
          {[`${integer(progress.days_done)} of ${plural(progress.days_total, "day")}`, left]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </div>
      <Progress value={progress.days_done} total={progress.days_total} label={`Older days of ${name}`} />
    </div>
  );
}

function LastRun({ run }: { run: SyncRun }) {
  if (run.state === "failed" && run.error) {
    return (
      <div className="mt-3">
        <Notice tone="bad">Last sync failed: {run.error}</Notice>
      </div>
    );
  }
  return (
    <p className="mt-2 text-sm text-mut">
      Last sync covered {dayRange(run.first_day, run.last_day)}: {plural(run.rows_loaded, "row")} read,{" "}
      {integer(run.rows_changed)} changed.
    </p>
  );
}

export function TestResult({ result }: { result: ConnectionTest }) {
  const facts = [result.account_name, result.currency, result.time_zone && timeZone(result.time_zone)]
    .filter(Boolean)
    .join(" · ");
  return (
    <div role="status">
      <Notice tone={result.ok ? "good" : "bad"}>
        {result.message}
        {facts && <span className="block">{facts}</span>}
      </Notice>
    </div>
  );
}

function useConnectionActions(connection: Connection) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: connectionsQuery.queryKey });
  const sync = useMutation({
    mutationFn: () => syncConnection(connection.id),
    onSuccess: () => refresh(),
    onError: (error) => toast(errorText(error), "bad"),
  });
  const test = useMutation({
    mutationFn: () => testConnection(connection.id),
    onSettled: () => refresh(),
  });
  return { sync, test };
}

interface ConnectionCardProps {
  connection: Connection;
  mayChange: boolean;
  onEdit: () => void;
  onDelete: () => void;
}

export function ConnectionCard({ connection, mayChange, onEdit, onDelete }: ConnectionCardProps) {
  const { sync, test } = useConnectionActions(connection);
  const now = useNow();
  const status = STATUS[connection.status];
  const syncing = isSyncing(connection);
  const repeated = connection.sync?.state === "failed" && connection.sync.error === connection.last_error;
  const zone = connection.time_zone && timeZone(connection.time_zone);
  const facts = [connection.external_account_id, connection.currency, zone].filter(Boolean);
  return (
    <li className="rounded-lg border bg-card p-4">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-60">
          <div className="flex flex-wrap items-center gap-2">
            <h2 className="min-w-0 font-semibold wrap-anywhere">{connection.name}</h2>
            <Badge tone={status.tone}>{status.label}</Badge>
          </div>
          <p className="mt-1 flex flex-wrap items-center gap-x-3 text-sm text-mut">
            <PlatformName platform={connection.platform} label={connection.platform_label} />
            <span className="break-all">{facts.join(" · ")}</span>
          </p>
          <p className="text-sm text-mut">
            <span title={instant(connection.last_synced_at)}>
              {connection.last_synced_at ? `Synced ${ago(connection.last_synced_at, now)}` : "Not synced yet"}
            </span>
            {connection.next_sync_at && !syncing && connection.status !== "reconnect" && (
              <span title={instant(connection.next_sync_at)}> · next {until(connection.next_sync_at, now)}</span>
            )}
          </p>
        </div>
        {mayChange && (
          <div className="flex flex-wrap gap-2">
            {connection.status === "reconnect" && (
              <Button variant="primary" onClick={onEdit}>
                <KeyRound aria-hidden className="size-4" />
                Enter a new token
              </Button>
            )}
            <Button busy={test.isPending} onClick={() => test.mutate()}>
              {!test.isPending && <ShieldCheck aria-hidden className="size-4" />}
              Test connection
            </Button>
            <Button busy={sync.isPending} disabled={syncing} onClick={() => sync.mutate()}>
              {!sync.isPending && <RefreshCw aria-hidden className="size-4" />}
              {syncing ? "Syncing" : "Sync now"}
            </Button>
            <Menu
              trigger={
                <Button size="icon" aria-label={`More for ${connection.name}`}>
                  <MoreHorizontal aria-hidden className="size-4" />
                </Button>
              }
            >
              <MenuItem icon={<KeyRound aria-hidden className="size-4 text-mut" />} onSelect={onEdit}>
                Edit name, schedule or token
              </MenuItem>
              <MenuSeparator />
              <MenuItem danger icon={<Trash2 aria-hidden className="size-4" />} onSelect={onDelete}>
                Delete
              </MenuItem>
            </Menu>
          </div>
        )}
      </div>
      {connection.last_error && connection.status !== "active" && !repeated && (
        <div className="mt-3">
          <Notice tone={connection.status === "reconnect" ? "bad" : "warn"}>{connection.last_error}</Notice>
        </div>
      )}
      {(test.data || test.error) && (
        <div className="mt-3">
          {test.data ? <TestResult result={test.data} /> : <Notice tone="bad">{errorText(test.error)}</Notice>}
        </div>
      )}
      {connection.sync &&
        (syncing ? <SyncProgress run={connection.sync} name={connection.name} /> : <LastRun run={connection.sync} />)}
      {connection.backfill && <Backfill progress={connection.backfill} name={connection.name} />}
    </li>
  );
}
