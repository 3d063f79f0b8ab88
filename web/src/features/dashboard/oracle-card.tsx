import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { CampaignRisk } from "@/api/types";
import { WithoutRate } from "@/components/currencies";
import { RiskBadge, RiskFormula, RiskInputs, RiskSummary } from "@/components/risk";
import { PlatformName } from "@/components/value";
import { Card, Skeleton } from "@/components/ui/surface";
import { riskQuery } from "@/features/oracle/queries";
import { errorText } from "@/lib/api";

const SHOWN = 3;

function Worst({ campaigns }: { campaigns: CampaignRisk[] }) {
  const worst = campaigns.filter((entry) => entry.risk.score !== null && entry.risk.level !== "low").slice(0, SHOWN);
  if (worst.length === 0) return null;
  return (
    <div className="mt-4 border-t pt-3">
      <h3 className="mb-1 text-xs font-medium text-mut">Highest risk</h3>
      <ul>
        {worst.map((entry) => (
          <li key={entry.campaign_id} className="flex items-center justify-between gap-3 py-1">
            <Link
              to="/campaigns/$id"
              params={{ id: entry.campaign_id }}
              className="flex min-w-0 text-sm hover:underline"
            >
              <PlatformName platform={entry.platform} label={entry.name} />
            </Link>
            <RiskBadge score={entry.risk.score} level={entry.risk.level} />
          </li>
        ))}
      </ul>
    </div>
  );
}

export function OracleCard() {
  const { data, error } = useQuery(riskQuery);
  return (
    <Card title="Oracle" hue="oracle" note="what is at risk">
      {error && !data && <p className="text-sm text-bad">{errorText(error)}</p>}
      {!error && !data && <Skeleton className="h-60" />}
      {data && (
        <>
          <RiskSummary risk={data.overall} note="All campaigns together, against their target and their own past." />
          <div className="mt-3 grid gap-2">
            <WithoutRate entries={data.excluded} currency={data.currency} from="the overall score" />
            <RiskInputs inputs={data.overall.inputs} />
            <RiskFormula formula={data.overall.formula} />
          </div>
          <Worst campaigns={data.campaigns} />
          <p className="mt-2 text-sm">
            <Link to="/oracle" className="font-medium text-accent hover:underline">
              Risk of every campaign
            </Link>
          </p>
        </>
      )}
    </Card>
  );
}
