import { useQuery } from "@tanstack/react-query";
import type { ImportRun } from "@/api/types";
import { ErrorState } from "@/components/states";
import { Badge, Card, Skeleton, type BadgeTone } from "@/components/ui/surface";
import { instant, integer } from "@/lib/format";
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
        {run.error && <span className="block text-sm break-words text-bad">{run.error}</span>}
      </th>
      <td className="py-2 pr-3">
        <Badge tone={state.tone}>{state.label}</Badge>
      </td>
      <td className="py-2 pr-3 text-right">{integer(run.rows_read)}</td>
      <td className="hidden py-2 pr-3 text-right sm:table-cell">{integer(run.rows_skipped)}</td>
      <td className="hidden py-2 text-right whitespace-nowrap text-mut sm:table-cell">{instant(run.created_at)}</td>
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
              <th scope="col" className="py-1.5 pr-3 text-right font-medium">
                Lines
              </th>
              <th scope="col" className="hidden py-1.5 pr-3 text-right font-medium sm:table-cell">
                Bad lines
              </th>
              <th scope="col" className="hidden py-1.5 text-right font-medium sm:table-cell">
                Started
              </th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((run) => (
              <Row key={run.id} run={run} />
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
