import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Overview } from "@/api/types";
import { Delta, MetricValue, PlatformName } from "@/components/value";
import { topCampaignsQuery } from "@/features/campaigns/queries";

const SHOWN = 8;

/** Where the money went. Silent while it loads or fails: the sums above stand without it. */
export function TopCampaigns({ overview }: { overview: Overview }) {
  const { data } = useQuery(topCampaignsQuery(overview.start, overview.end, SHOWN));
  if (!data || data.items.length === 0) return null;
  return (
    <table className="mt-5 w-full">
      <caption className="sr-only">Campaigns with the highest spend</caption>
      <thead className="text-xs text-mut">
        <tr>
          <th scope="col" className="w-full py-1.5 text-left sm:w-[46%] font-medium">
            Top campaigns by spend
          </th>
          <th scope="col" className="py-1.5 pl-3 text-right font-medium">
            Spend
          </th>
          <th scope="col" className="hidden py-1.5 pl-3 text-right font-medium sm:table-cell">
            Revenue
          </th>
          <th scope="col" className="py-1.5 pl-3 text-right font-medium">
            ROAS
          </th>
          <th scope="col" className="hidden py-1.5 pl-3 text-right font-medium whitespace-nowrap sm:table-cell">
            ROAS change
          </th>
        </tr>
      </thead>
      <tbody>
        {data.items.map((row) => (
          <tr key={row.id} className="border-t">
            <th scope="row" className="max-w-0 py-2 pr-2 text-left font-normal">
              <Link to="/campaigns/$id" params={{ id: row.id }} title={row.name} className="flex hover:underline">
                <PlatformName platform={row.platform} label={row.name} />
              </Link>
            </th>
            <td className="py-2 pl-3 text-right">
              <MetricValue name="spend" value={row.spend} currency={row.currency} />
            </td>
            <td className="hidden py-2 pl-3 text-right sm:table-cell">
              <MetricValue name="revenue" value={row.revenue} currency={row.currency} />
            </td>
            <td className="py-2 pl-3 text-right">
              <MetricValue name="roas" value={row.roas} currency={row.currency} />
            </td>
            <td className="hidden py-2 pl-3 text-right sm:table-cell">
              <Delta name="roas" value={row.change.roas} arrow={false} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
