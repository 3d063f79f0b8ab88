import { capitalize } from "./format";

const LABELS: Record<string, string> = {
  meta: "Meta Ads",
  google: "Google Ads",
  tiktok: "TikTok Ads",
  linkedin: "LinkedIn Ads",
  shopify: "Shopify",
  x: "X Ads",
  csv: "Imported",
};

/** Colour alone does not tell platforms apart: each dot stands beside the platform's name. */
const COLORS: Record<string, string> = {
  meta: "bg-platform-meta",
  google: "bg-platform-google",
  tiktok: "bg-platform-tiktok",
  linkedin: "bg-platform-linkedin",
  shopify: "bg-platform-shopify",
  x: "bg-platform-x",
};

export function platformLabel(platform: string): string {
  return LABELS[platform] ?? capitalize(platform);
}

/** «Meta» in the top bar, where «Ads» says nothing. */
export const platformShortLabel = (platform: string) => platformLabel(platform).replace(/ Ads$/, "");

/** «OUTCOME_APP_PROMOTION» as people say it: «App promotion». */
export function objectiveLabel(objective: string): string {
  return capitalize(
    objective
      .replace(/^OUTCOME_/, "")
      .replaceAll("_", " ")
      .toLowerCase(),
  );
}

export function platformColor(platform: string): string {
  return COLORS[platform] ?? "bg-platform-other";
}
