import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { CircleCheck } from "lucide-react";
import type { ImportCheck, ImportRun } from "@/api/types";
import { ErrorState } from "@/components/states";
import { Button, buttonClass } from "@/components/ui/button";
import { Notice, Progress, Skeleton } from "@/components/ui/surface";
import { bytes, plural } from "@/lib/format";
import { customRange } from "@/lib/range";
import { AllBadLines } from "./bad-lines";
import { importQuery } from "./queries";

function Running({ run }: { run: ImportRun }) {
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap justify-between gap-x-4">
        <span role="status">Importing {run.file_name}</span>
        <span className="text-sm text-mut">
          {plural(run.rows_read, "line")} · {bytes(run.bytes_read)} of {bytes(run.bytes_total)}
          {run.facts_written > 0 && ` · ${plural(run.facts_written, "row")} new or changed`}
        </span>
      </div>
      <Progress value={run.bytes_read} total={run.bytes_total} label={`Import of ${run.file_name}`} />
      <p className="text-sm text-mut">You can leave this page; the import goes on.</p>
    </div>
  );
}

function Finished({ run }: { run: ImportRun }) {
  return (
    <div role="status" className="flex items-start gap-3">
      <CircleCheck aria-hidden className="mt-0.5 size-5 shrink-0 text-good" />
      <div>
        <p className="font-semibold">{run.file_name} is imported</p>
        <p className="text-mut">
          {plural(run.rows_read, "line")} read, {plural(run.facts_written, "row")} new or changed
          {run.rows_skipped > 0 && `, ${plural(run.rows_skipped, "line")} skipped`}.
        </p>
      </div>
    </div>
  );
}

interface RunStepProps {
  runId: string;
  check: Pick<ImportCheck, "first_day" | "last_day">;
  onRestart: () => void;
}

export function RunStep({ runId, check, onRestart }: RunStepProps) {
  const client = useQueryClient();
  const { data: run, error, refetch } = useQuery(importQuery(runId));
  const done = run !== undefined && run.state !== "running";
  useEffect(() => {
    // The figures everywhere are old now, even if no event gets through.
    if (done) void client.invalidateQueries();
  }, [done, client]);

  if (!run && error) {
    return (
      <ErrorState title="The import's progress could not be loaded" error={error} onRetry={() => void refetch()} />
    );
  }
  if (!run) return <Skeleton className="h-16" />;
  return (
    <div className="grid gap-4">
      {run.state === "running" && <Running run={run} />}
      {run.state === "succeeded" && <Finished run={run} />}
      {run.state === "failed" && (
        <div role="alert">
          <Notice tone="bad">{run.error ?? "The import failed. Nothing was changed; try it again."}</Notice>
        </div>
      )}
      {run.bad_lines.length > 0 && <AllBadLines run={run} />}
      {done && (
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onRestart}>Import another file</Button>
          {run.state === "succeeded" && (
            <Link
              to="/"
              search={check.first_day && check.last_day ? customRange(check.first_day, check.last_day) : {}}
              className={buttonClass("primary")}
            >
              See the dashboard
            </Link>
          )}
        </div>
      )}
    </div>
  );
}
