import type { CampaignRow } from "@/api/types";
import type { CampaignFilter, CampaignSort } from "./filter";

/** What the table and the cards show alike. */
export interface CampaignListProps {
  rows: CampaignRow[];
  filter: CampaignFilter;
  /** The rows are those of the filter before, until the new ones arrive. */
  stale: boolean;
  hasMore: boolean;
  loadingMore: boolean;
  onMore: () => void;
  onSort: (sort: CampaignSort) => void;
  onOpen: (id: string) => void;
}
