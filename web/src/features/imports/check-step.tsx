import clsx from "clsx";
import type { ImportCheck } from "@/api/types";
import { Missing } from "@/components/value";
import { Button } from "@/components/ui/button";
import { Disclosure, Notice } from "@/components/ui/surface";
import { useSession } from "@/features/auth/queries";
import { errorText } from "@/lib/api";
import { dayRange, integer, money, plural } from "@/lib/format";
import { BadLines } from "./bad-lines";
import { fieldLabel, FIELDS, isFigure } from "./mapping";

/** Amounts in several currencies have no sum. */
const isMixed = (check: ImportCheck) => check.currency === null && check.rows > 0;

function Totals({ check }: { check: ImportCheck }) {
  const { organization } = useSession();
  const { totals } = check;
  const amount = (value: string | null) =>
    value === null ? null : money(value, check.currency ?? organization.reporting_currency, { style: "exact" });
  const missing = isMixed(check) ? "Nothing to add up: the amounts are in several currencies." : "Not in the file.";
  const facts: [string, string | null][] = [
    ["Lines", integer(check.rows)],
    ["Days", check.first_day && check.last_day ? dayRange(check.first_day, check.last_day, true) : null],
    ["Spend", amount(totals.spend)],
    ["Revenue", amount(totals.revenue)],
    ["Impressions", integer(totals.impressions)],
    ["Clicks", integer(totals.clicks)],
    ["Conversions", totals.conversions === null ? null : integer(totals.conversions)],
    ["Currency", isMixed(check) ? "Several" : check.currency],
  ];
  return (
    <dl className="grid grid-cols-2 overflow-hidden rounded-lg border sm:grid-cols-4">
      {facts.map(([label, value]) => (
        <div key={label} className="-mr-px -mb-px min-w-0 border-r border-b px-3 py-2.5">
          <dt className="text-xs text-mut">{label}</dt>
          <dd className="font-semibold break-words">{value ?? <Missing why={missing} />}</dd>
        </div>
      ))}
    </dl>
  );
}

const WIDE = "overflow-x-auto rounded-lg border";
const alignment = (name: string) => (isFigure(name) ? "text-right tabular-nums" : "text-left");

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
              <th key={name} scope="col" className={clsx("px-3 py-1.5 font-medium", alignment(name))}>
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
                <td key={name} className={clsx("px-3 py-1.5", alignment(name))}>
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
      {isMixed(check) && (
        <Notice tone="info">
          The amounts are in several currencies. Each line is imported in its own; there is no sum of them here.
        </Notice>
      )}
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
