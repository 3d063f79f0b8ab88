import type {
  Change,
  Connection,
  ImportPreview,
  Metrics,
  Overview,
  PlatformDescription,
  RiskScore,
  Session,
} from "@/api/types";

/** Values for tests. They are made up; nothing of this is in the app. */
export const session: Session = {
  user: { id: "u1", email: "dana@example.com", name: "Dana Reyes" },
  organization: { id: "o1", name: "Ridge Outdoor", reporting_currency: "USD", time_zone: "UTC", target_roas: 3 },
  role: "owner",
  today: "2026-03-31",
};

export const metrics: Metrics = {
  spend: "1000.00",
  revenue: "3500.50",
  impressions: 200_000,
  clicks: 4_000,
  conversions: 50,
  roas: 3.5005,
  ctr: 0.02,
  cpc: 0.25,
  cpa: 20,
};

export const unchanged: Change = {
  spend: 0.1,
  revenue: -0.2,
  impressions: null,
  clicks: 0,
  conversions: null,
  roas: 0.05,
  ctr: null,
  cpc: 0.3,
  cpa: -0.1,
};

export const overview: Overview = {
  start: "2026-03-02",
  end: "2026-03-31",
  previous_start: "2026-01-31",
  previous_end: "2026-03-01",
  currency: "USD",
  time_zone: "UTC",
  totals: metrics,
  previous: metrics,
  change: unchanged,
  platforms: [{ platform: "meta", ...metrics, previous: metrics, change: unchanged, last_synced_at: null }],
  trend: [
    { date: "2026-03-30", partial: false, ...metrics },
    { date: "2026-03-31", partial: true, ...metrics },
  ],
  previous_trend: [],
  converted: [],
  excluded: [],
  previous_excluded: [],
  first_day: "2026-01-01",
  last_day: "2026-03-31",
  campaigns: 12,
  as_of: null,
};

export const noRisk: RiskScore = {
  score: null,
  level: null,
  enough_data: false,
  reason: "Only 6 days of spend.",
  inputs: [],
  formula: "",
};

export const connection: Connection = {
  id: "c1",
  platform: "meta",
  platform_label: "Meta Ads",
  name: "Ridge US",
  external_account_id: "act_1",
  currency: "USD",
  time_zone: "UTC",
  status: "active",
  last_error: null,
  last_synced_at: null,
  next_sync_at: null,
  sync_hours: null,
  created_at: "2026-03-01T00:00:00Z",
  credentials: [],
  sync: null,
  backfill: null,
};

export const meta: PlatformDescription = {
  platform: "meta",
  label: "Meta Ads",
  account_label: "Ad account id",
  account_help: "For example act_1.",
  fields: [
    { name: "access_token", label: "Access token", help: "With ads_read.", secret: true, required: true },
    { name: "app_secret", label: "App secret", help: "", secret: true, required: false },
  ],
};

export const preview: ImportPreview = {
  upload_id: "up1",
  file_name: "ads.csv",
  bytes: 1200,
  encoding: "UTF-8",
  delimiter: ",",
  columns: [
    { name: "day", samples: ["03/04/2020"] },
    { name: "cost", samples: ["1.50"] },
    { name: "displays", samples: ["350"] },
  ],
  suggested: {
    mapping: [
      { column: "day", field: "date" },
      { column: "cost", field: "spend" },
    ],
    constants: {},
    date_order: null,
    decimal: "point",
    skip_bad_lines: false,
  },
  questions: ["Is 03/04/2020 the 3rd of April or March 4?"],
};
