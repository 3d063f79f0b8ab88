import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import type { CampaignRisk } from "@/api/types";
import { WithoutRate } from "@/components/currencies";
import { PageHeader } from "@/components/page-header";
import { RiskBadge, RiskFormula, RiskInputs, RiskSummary } from "@/components/risk";
import { Empty, ErrorState } from "@/components/states";
import { PlatformName } from "@/components/value";
import { Card, Disclosure, Skeleton } from "@/components/ui/surface";
import { day, money, plural } from "@/lib/format";
import { riskQuery } from "./queries";

function CampaignItem({ entry }: { entry: CampaignRisk }) {
  return (
    <li className="border-t py-3 first:border-t-0 first:pt-0 last:pb-0">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <Link
            to="/campaigns/$id"
            params={{ id: entry.campaign_id }}
            className="font-medium break-words hover:underline"
          >
            {entry.name}
          </Link>
          <p className="mt-0.5 flex flex-wrap items-center gap-x-3 text-xs text-mut">
            <PlatformName platform={entry.platform} />
            <span>{money(entry.spend, entry.currency)} spend</span>
          </p>
        </div>
        <RiskBadge score={entry.risk.score} level={entry.risk.level} />
      </div>
      {entry.risk.enough_data ? (
        <Disclosure summary="What it is made of" className="mt-2">
          <div className="max-w-160">
            <RiskInputs inputs={entry.risk.inputs} />
          </div>
        </Disclosure>
      ) : (
        entry.risk.reason && <p className="mt-1 text-sm text-mut">{entry.risk.reason}</p>
      )}
    </li>
  );
}

export function OraclePage() {
  const { data, error, refetch } = useQuery(riskQuery);
  return (
    <>
      <PageHeader title="Oracle" />
      {error && !data && (
        <ErrorState title="The risk could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {!error && !data && <Skeleton className="h-120" />}
      {data && (
        <div className="grid items-start gap-4 min-[1100px]:grid-cols-[minmax(0,1fr)_minmax(0,1.55fr)]">
          <Card
            title="Overall"
            hue="oracle"
            note={`as of ${day(data.as_of, true)}`}
            className="min-[1100px]:sticky min-[1100px]:top-18"
          >
            <RiskSummary risk={data.overall} note="All campaigns together, against their target and their own past." />
            <div className="mt-4 grid gap-3">
              <WithoutRate entries={data.excluded} currency={data.currency} from="the overall score" />
              <RiskInputs inputs={data.overall.inputs} />
              <RiskFormula formula={data.overall.formula} />
            </div>
          </Card>
          {data.campaigns.length === 0 ? (
            <Empty
              icon={<Compass aria-hidden className="size-5" />}
              title="No campaigns yet"
              text="Risk is computed for each campaign once its first days have arrived."
            />
          ) : (
            <Card title="Campaigns" note={`${plural(data.campaigns.length, "campaign")}, highest risk first`}>
              <ul>
                {data.campaigns.map((entry) => (
                  <CampaignItem key={entry.campaign_id} entry={entry} />
                ))}
              </ul>
            </Card>
          )}
        </div>
      )}
    </>
  );
}
