import type { CampaignStatus } from "@/api/types";
import { Badge, type BadgeTone } from "@/components/ui/surface";
import { capitalize } from "@/lib/format";

const TONES: Record<CampaignStatus, BadgeTone> = { active: "good", paused: "warn", ended: "neutral" };

export function StatusBadge({ status }: { status: CampaignStatus }) {
  return <Badge tone={TONES[status]}>{capitalize(status)}</Badge>;
}
