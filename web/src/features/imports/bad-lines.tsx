import { useMutation } from "@tanstack/react-query";
import type { BadLine, ImportRun } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/surface";
import { errorText } from "@/lib/api";
import { integer, plural } from "@/lib/format";
import { badLinesFile } from "./queries";

export function BadLines({ lines, total }: { lines: BadLine[]; total: number }) {
  return (
    <div
      className="max-h-60 overflow-auto rounded-lg border bg-card"
      // Focusable, so that the keyboard can scroll it.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="region"
      aria-label="Lines that cannot be read"
    >
      <table className="w-full text-sm">
        <thead className="sticky top-0 bg-card text-xs text-mut">
          <tr>
            <th scope="col" className="w-24 px-3 py-1.5 text-left font-medium">
              Line
            </th>
            <th scope="col" className="px-3 py-1.5 text-left font-medium">
              Reason
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((entry) => (
            <tr key={entry.line} className="border-t">
              <td className="px-3 py-1.5">{integer(entry.line)}</td>
              <td className="px-3 py-1.5">{entry.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > lines.length && (
        <p className="border-t px-3 py-1.5 text-sm text-mut">
          These are the first {integer(lines.length)} of {plural(total, "line")}.
        </p>
      )}
    </div>
  );
}

function save(file: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

export function AllBadLines({ run }: { run: ImportRun }) {
  const download = useMutation({
    mutationFn: () => badLinesFile(run.id),
    onSuccess: (file) => save(file, `bad lines of ${run.file_name}.csv`),
  });
  return (
    <div className="grid gap-2">
      <BadLines lines={run.bad_lines} total={run.rows_skipped} />
      <div>
        <Button busy={download.isPending} onClick={() => download.mutate()}>
          Download {run.rows_skipped === 1 ? "the bad line" : `all ${plural(run.rows_skipped, "bad line")}`}
        </Button>
      </div>
      {download.error && (
        <div role="alert">
          <Notice tone="bad">{errorText(download.error)}</Notice>
        </div>
      )}
    </div>
  );
}
