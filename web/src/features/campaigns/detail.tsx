import type { AdRow, CampaignDetail, MetricName } from "@/api/types";
import { RiskFormula, RiskInputs, RiskSummary } from "@/components/risk";
import { TrendChart } from "@/components/trend-chart";
import { Delta, MetricValue, PlatformName } from "@/components/value";
import { Card, ScrollRegion } from "@/components/ui/surface";
import { money, plural } from "@/lib/format";
import { METRICS } from "@/lib/metrics";
import { objectiveLabel } from "@/lib/platforms";
import { StatusBadge } from "./status";

const FIGURES: MetricName[] = ["spend", "revenue", "roas", "cpa", "impressions", "clicks", "ctr", "cpc"];
const AD_COLUMNS: MetricName[] = ["spend", "revenue", "roas", "ctr", "cpa"];

function Facts({ campaign }: { campaign: CampaignDetail["campaign"] }) {
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-mut">
      <StatusBadge status={campaign.status} />
      <PlatformName platform={campaign.platform} label={campaign.account_name} />
      {campaign.objective && <span>Objective: {objectiveLabel(campaign.objective)}</span>}
      {campaign.daily_budget !== null && <span>{money(campaign.daily_budget, campaign.currency)} a day</span>}
    </p>
  );
}

function Figures({ campaign, currency }: { campaign: CampaignDetail["campaign"]; currency: string }) {
  return (
    <dl className="grid grid-cols-2 overflow-hidden rounded-lg border bg-card sm:grid-cols-4">
      {FIGURES.map((name) => (
        <div key={name} className="-mr-px -mb-px border-r border-b px-3 py-2.5">
          <dt className="text-xs text-mut">{METRICS[name].label}</dt>
          <dd className="flex flex-wrap items-baseline justify-between gap-x-2">
            <span className="text-lg font-semibold">
              <MetricValue name={name} value={campaign[name]} currency={currency} />
            </span>
            <span className="text-xs">
              <Delta name={name} value={campaign.change[name]} arrow={false} />
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Ads({ ads, currency }: { ads: AdRow[]; currency: string }) {
  if (ads.length === 0) return <p className="text-mut">No ad of this campaign ran in these days.</p>;
  return (
    <ScrollRegion label="Ads" className="-mx-4 -mb-4">
      <table className="w-full whitespace-nowrap">
        <thead className="text-xs text-mut">
          <tr>
            <th scope="col" className="px-4 py-1.5 text-left font-medium">
              Ad
            </th>
            <th scope="col" className="px-2 py-1.5 text-left font-medium">
              Status
            </th>
            {AD_COLUMNS.map((name) => (
              <th key={name} scope="col" className="px-2 py-1.5 text-right font-medium last:pr-4">
                {METRICS[name].label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ads.map((ad) => (
            <tr key={ad.id} className="border-t">
              <th scope="row" className="max-w-56 px-4 py-2 text-left font-normal">
                <span className="block truncate" title={ad.name}>
                  {ad.name}
                </span>
                <span className="block truncate text-xs text-mut">{ad.ad_set_name}</span>
              </th>
              <td className="px-2 py-2">
                <StatusBadge status={ad.status} />
              </td>
              {AD_COLUMNS.map((name) => (
                <td key={name} className="px-2 py-2 text-right last:pr-4">
                  <MetricValue name={name} value={ad[name]} currency={currency} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** The same content in the sheet over the list and on the campaign's own page. */
export function CampaignDetailView({ detail }: { detail: CampaignDetail }) {
  const { currency } = detail.campaign;
  return (
    <div className="@container grid gap-4">
      <Facts campaign={detail.campaign} />
      <Figures campaign={detail.campaign} currency={currency} />
      <div className="grid gap-4 @min-[56rem]:grid-cols-[minmax(0,1.55fr)_minmax(0,1fr)]">
        <Card title="Trend" hue="memory" note={currency} className="flex flex-col">
          <TrendChart points={detail.trend} currency={currency} />
        </Card>
        <Card title="Risk" hue="oracle">
          <RiskSummary risk={detail.risk} />
          <div className="mt-3 grid gap-3">
            <RiskInputs inputs={detail.risk.inputs} />
            <RiskFormula formula={detail.risk.formula} />
          </div>
        </Card>
      </div>
      <Card title="Ads" note={plural(detail.ads.length, "ad")}>
        <Ads ads={detail.ads} currency={currency} />
      </Card>
    </div>
  );
}
