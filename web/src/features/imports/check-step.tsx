import type { BadLine, ImportCheck } from "@/api/types";
import { Missing } from "@/components/value";
import { Button } from "@/components/ui/button";
import { Disclosure, Notice } from "@/components/ui/surface";
import { useSession } from "@/features/auth/queries";
import { errorText } from "@/lib/api";
import { dayRange, integer, money, plural } from "@/lib/format";
import { fieldLabel, FIELDS } from "./mapping";

function Totals({ check }: { check: ImportCheck }) {
  const { organization } = useSession();
  const currency = check.currency ?? organization.reporting_currency;
  const { totals } = check;
  const facts: [string, string | null][] = [
    ["Lines", integer(check.rows)],
    ["Days", check.first_day && check.last_day ? dayRange(check.first_day, check.last_day, true) : null],
    ["Spend", money(totals.spend, currency, { style: "exact" })],
    ["Revenue", totals.revenue === null ? null : money(totals.revenue, currency, { style: "exact" })],
    ["Impressions", integer(totals.impressions)],
    ["Clicks", integer(totals.clicks)],
    ["Conversions", totals.conversions === null ? null : integer(totals.conversions)],
  ];
  return (
    <dl className="grid grid-cols-2 overflow-hidden rounded-lg border sm:grid-cols-4">
      {facts.map(([label, value]) => (
        <div key={label} className="-mr-px -mb-px min-w-0 border-r border-b px-3 py-2.5">
          <dt className="text-xs text-mut">{label}</dt>
          <dd className="font-semibold break-words">{value ?? <Missing why="Not in the file." />}</dd>
        </div>
      ))}
    </dl>
  );
}

const WIDE = "overflow-x-auto rounded-lg border";
const SCROLLING = "max-h-60 overflow-auto rounded-lg border";

export function BadLines({ lines, total }: { lines: BadLine[]; total: number }) {
  return (
    // Focusable, so that the keyboard can scroll it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={SCROLLING} tabIndex={0} role="region" aria-label="Lines that cannot be read">
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

function SampleTable({ rows }: { rows: Record<string, string>[] }) {
  const present = new Set(rows.flatMap((row) => Object.keys(row)));
  const known = FIELDS.map((field): string => field.name).filter((name) => present.has(name));
  const columns = [...known, ...[...present].filter((name) => !known.includes(name))];
  return (
    // Focusable, so that the keyboard can scroll it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={WIDE} tabIndex={0} role="region" aria-label="First lines as they will be read">
      <table className="w-full text-sm whitespace-nowrap">
        <thead className="text-xs text-mut">
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col" className="px-3 py-1.5 text-left font-medium">
                {fieldLabel(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // The rows never change place, and two of them may be equal.
            <tr key={index} className="border-t">
              {columns.map((name) => (
                <td key={name} className="px-3 py-1.5">
                  {row[name] ?? ""}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CheckStepProps {
  check: ImportCheck;
  busy: boolean;
  error: unknown;
  skipBadLines: boolean;
  onSkipBadLines: (skip: boolean) => void;
  onBack: () => void;
  onImport: () => void;
}

export function CheckStep({ check, busy, error, skipBadLines, onSkipBadLines, onBack, onImport }: CheckStepProps) {
  const good = check.rows;
  const blocked = (check.bad_lines > 0 && !skipBadLines) || good === 0;
  return (
    <div className="grid gap-4">
      <Totals check={check} />
      {check.bad_lines > 0 && (
        <div className="grid gap-2">
          <Notice tone="warn">
            {plural(check.bad_lines, "line")} cannot be read. Without skipping them, nothing is imported.
          </Notice>
          <BadLines lines={check.first_bad} total={check.bad_lines} />
          <label className="flex items-center gap-2">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={skipBadLines}
              onChange={(event) => onSkipBadLines(event.target.checked)}
            />
            Skip {check.bad_lines === 1 ? "this line" : `these ${plural(check.bad_lines, "line")}`} and import the rest
          </label>
        </div>
      )}
      {check.sample.length > 0 && (
        <Disclosure summary={`The first ${plural(check.sample.length, "line")}, as they will be read`}>
          <SampleTable rows={check.sample} />
        </Disclosure>
      )}
      {error !== null && (
        <div role="alert">
          <Notice tone="bad">{errorText(error)}</Notice>
        </div>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onBack}>Change the mapping</Button>
        <Button variant="primary" busy={busy} disabled={blocked} onClick={onImport}>
          Import {plural(good, "line")}
        </Button>
      </div>
    </div>
  );
}
