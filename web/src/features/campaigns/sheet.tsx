import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Maximize2 } from "lucide-react";
import { ErrorState } from "@/components/states";
import { useRange } from "@/components/use-range";
import { Dialog } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/surface";
import { CampaignDetailView } from "./detail";
import { campaignQuery } from "./queries";

export function CampaignSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const range = useRange();
  const { data, error, refetch } = useQuery(campaignQuery(id, range.start, range.end));
  const shown = data?.campaign.id === id ? data : undefined;
  return (
    <Dialog kind="sheet" title={shown?.campaign.name ?? "Campaign"} description={range.label} onClose={onClose}>
      {shown && (
        <>
          <p className="-mt-1 mb-3 text-sm">
            <Link
              to="/campaigns/$id"
              params={{ id }}
              className="inline-flex items-center gap-1.5 font-medium text-accent hover:underline"
            >
              <Maximize2 aria-hidden className="size-3.5" />
              Open as a page
            </Link>
          </p>
          <CampaignDetailView detail={shown} />
        </>
      )}
      {!shown && error && (
        <ErrorState title="This campaign could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {!shown && !error && <Skeleton className="h-120" />}
    </Dialog>
  );
}
