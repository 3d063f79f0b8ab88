import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plug } from "lucide-react";
import type { AccountReconciliation, Deviation } from "@/api/types";
import { Empty, ErrorState } from "@/components/states";
import { PlatformName } from "@/components/value";
import { Badge, Card, Disclosure, ScrollRegion, Skeleton } from "@/components/ui/surface";
import { ago, dayRange, instant, integer, metric, plural, timeZone, weekday } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { METRICS } from "@/lib/metrics";
import { reconciliationQuery } from "./queries";

function DeviationTable({ deviations, account }: { deviations: Deviation[]; account: AccountReconciliation }) {
  const shown = (entry: Deviation, value: string) => metric(entry.metric, value, account.currency, "exact");
  return (
    <ScrollRegion label={`Deviations of ${account.name}`}>
      <table className="w-full min-w-120 text-sm">
        <thead className="text-xs text-mut">
          <tr>
            <th scope="col" className="py-1.5 text-left font-medium">
              Day
            </th>
            <th scope="col" className="py-1.5 pl-3 text-left font-medium">
              Metric
            </th>
            <th scope="col" className="py-1.5 pl-3 text-right font-medium">
              Here
            </th>
            <th scope="col" className="py-1.5 pl-3 text-right font-medium">
              {account.platform_label}
            </th>
            <th scope="col" className="py-1.5 pl-3 text-right font-medium">
              Difference
            </th>
            <th scope="col" className="py-1.5 pl-3 text-right font-medium">
              Read again
            </th>
          </tr>
        </thead>
        <tbody className="tabular-nums">
          {deviations.map((entry) => (
            <tr key={`${entry.day} ${entry.metric}`} className="border-t">
              <th scope="row" className="py-1.5 text-left font-normal whitespace-nowrap">
                {weekday(entry.day)}
              </th>
              <td className="py-1.5 pl-3">{METRICS[entry.metric].label}</td>
              <td className="py-1.5 pl-3 text-right">{shown(entry, entry.ours)}</td>
              <td className="py-1.5 pl-3 text-right">{shown(entry, entry.theirs)}</td>
              <td className="py-1.5 pl-3 text-right font-medium">{shown(entry, entry.difference)}</td>
              <td className="py-1.5 pl-3 text-right whitespace-nowrap">{instant(entry.reread_at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function verdict(account: AccountReconciliation) {
  if (account.days_checked === 0) return <Badge>Not checked yet</Badge>;
  const wrong = account.days_checked - account.days_matching;
  if (wrong === 0) return <Badge tone="good">All {plural(account.days_checked, "day")} match</Badge>;
  return <Badge tone="warn">{plural(wrong, "day deviates", "days deviate")}</Badge>;
}

function AccountItem({ account, now }: { account: AccountReconciliation; now: number }) {
  return (
    <li className="border-t py-3 first:border-t-0 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1">
        <div className="min-w-0">
          <h3 className="font-medium wrap-anywhere">{account.name}</h3>
          <p className="mt-0.5 flex flex-wrap items-center gap-x-3 text-xs text-mut">
            <PlatformName platform={account.platform} label={account.platform_label} />
            <span>
              {account.currency} · {timeZone(account.time_zone)}
            </span>
            {account.last_checked_at && (
              <span title={instant(account.last_checked_at)}>Checked {ago(account.last_checked_at, now)}</span>
            )}
            {account.days_reread > 0 && <span>{plural(account.days_reread, "day")} read again</span>}
          </p>
        </div>
        {verdict(account)}
      </div>
      {account.deviations.length > 0 && (
        <Disclosure
          open={account.deviations.length <= 10}
          summary={`${plural(account.deviations.length, "figure")} that differ`}
          className="mt-2"
        >
          <DeviationTable deviations={account.deviations} account={account} />
        </Disclosure>
      )}
    </li>
  );
}

export function ReconciliationCard() {
  const { data, error, refetch } = useQuery(reconciliationQuery);
  const now = useNow();
  if (error && !data) {
    return <ErrorState title="The reconciliation could not be loaded" error={error} onRetry={() => void refetch()} />;
  }
  if (!data) return <Skeleton className="h-60" />;
  if (data.accounts.length === 0) {
    return (
      <Empty
        icon={<Plug aria-hidden className="size-5" />}
        title="Nothing to check yet"
        text="After each sync, the sums of a connected account are compared with what its platform says of the whole account."
        actions={<Link to="/connections">Add a connection</Link>}
      />
    );
  }
  const checked = data.accounts.reduce((sum, account) => sum + account.days_checked, 0);
  const matching = data.accounts.reduce((sum, account) => sum + account.days_matching, 0);
  return (
    <Card title="Reconciliation" note={dayRange(data.start, data.end)}>
      <p className="mb-4 max-w-160 text-mut">
        {integer(matching)} of {plural(checked, "day")} match. The sum of an account’s ads is compared with what its
        platform says of the account itself, once a day is over; a figure may differ by a thousandth, for rounding. What
        differs by more is read again at once.
      </p>
      <ul>
        {data.accounts.map((account) => (
          <AccountItem key={account.account_id} account={account} now={now} />
        ))}
      </ul>
    </Card>
  );
}
