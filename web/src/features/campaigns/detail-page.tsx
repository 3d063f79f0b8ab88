import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { PageHeader } from "@/components/page-header";
import { ErrorState } from "@/components/states";
import { useRange } from "@/components/use-range";
import { Skeleton } from "@/components/ui/surface";
import { CampaignDetailView } from "./detail";
import { campaignQuery } from "./queries";

const route = getRouteApi("/app/campaigns/$id");

function BackLink() {
  return (
    <Link to="/campaigns" className="inline-flex items-center gap-0.5 text-sm text-mut hover:text-ink">
      <ChevronLeft aria-hidden className="size-4" />
      Campaigns
    </Link>
  );
}

export function CampaignPage() {
  const { id } = route.useParams();
  const range = useRange();
  const { data, error, refetch } = useQuery(campaignQuery(id, range.start, range.end));
  return (
    <>
      <PageHeader title={data?.campaign.name ?? "Campaign"} lead={<BackLink />} range />
      {data && <CampaignDetailView detail={data} />}
      {!data && error && (
        <ErrorState title="This campaign could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton className="h-120" />}
    </>
  );
}
