import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import type { ImportRun } from "@/api/types";
import { ErrorState } from "@/components/states";
import { Badge, Card, Disclosure, Skeleton, type BadgeTone } from "@/components/ui/surface";
import { instant, integer } from "@/lib/format";
import { AllBadLines } from "./bad-lines";
import { importsQuery } from "./queries";

const STATES: Record<ImportRun["state"], { label: string; tone: BadgeTone }> = {
  running: { label: "Running", tone: "accent" },
  succeeded: { label: "Imported", tone: "good" },
  failed: { label: "Failed", tone: "bad" },
};

function Row({ run }: { run: ImportRun }) {
  const state = STATES[run.state];
  return (
    <tr className="border-t align-top">
      <th scope="row" className="py-2 pr-3 text-left font-normal break-all">
        {run.file_name}
      </th>
      <td className="py-2 pr-3">
        <Badge tone={state.tone}>{state.label}</Badge>
      </td>
      <td className="py-2 text-right tabular-nums sm:pr-3">{integer(run.rows_read)}</td>
      <td className="hidden py-2 pr-3 text-right tabular-nums sm:table-cell">{integer(run.rows_skipped)}</td>
      <td className="hidden py-2 pr-3 text-right tabular-nums sm:table-cell">{integer(run.facts_written)}</td>
      <td className="hidden py-2 text-right whitespace-nowrap text-mut tabular-nums sm:table-cell">
        {instant(run.created_at)}
      </td>
    </tr>
  );
}

/** Why a run failed, and the lines of its file that could not be read. */
function Details({ run }: { run: ImportRun }) {
  if (!run.error && run.bad_lines.length === 0) return null;
  return (
    <tr>
      <td colSpan={6} className="max-w-0 pb-2.5 text-sm">
        {run.error && <p className="break-words text-bad">{run.error}</p>}
        {run.bad_lines.length > 0 && (
          <Disclosure summary="Lines that could not be read" className="mt-1">
            <AllBadLines run={run} />
          </Disclosure>
        )}
      </td>
    </tr>
  );
}

export function PastImports() {
  const { data, error, refetch } = useQuery(importsQuery);
  if (!data && error) {
    return <ErrorState title="The past imports could not be loaded" error={error} onRetry={() => void refetch()} />;
  }
  return (
    <Card title="Past imports">
      {!data && <Skeleton className="h-16" />}
      {data?.items.length === 0 && <p className="text-mut">No file was imported yet.</p>}
      {data && data.items.length > 0 && (
        <table className="w-full">
          <caption className="sr-only">Past imports</caption>
          <thead className="text-xs text-mut">
            <tr>
              <th scope="col" className="py-1.5 pr-3 text-left font-medium">
                File
              </th>
              <th scope="col" className="py-1.5 pr-3 text-left font-medium">
                State
              </th>
              <th scope="col" className="py-1.5 text-right font-medium sm:pr-3">
                Lines
              </th>
              <th scope="col" className="hidden py-1.5 pr-3 text-right font-medium sm:table-cell">
                Bad lines
              </th>
              <th scope="col" className="hidden py-1.5 pr-3 text-right font-medium sm:table-cell">
                New or changed
              </th>
              <th scope="col" className="hidden py-1.5 text-right font-medium sm:table-cell">
                Started
              </th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((run) => (
              <Fragment key={run.id}>
                <Row run={run} />
                <Details run={run} />
              </Fragment>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
