// The shapes that the HTTP API speaks. Money is a decimal string, a day YYYY-MM-DD, an instant RFC 3339 in UTC.
export type Money = string;
export type Day = string;
export type Instant = string;
export type Uuid = string;

export interface LoginRequest {
  email: string;
  password: string;
}
export interface User {
  id: Uuid;
  email: string;
  name: string;
}
export interface Organization {
  id: Uuid;
  name: string;
  reporting_currency: string;
  time_zone: string;
  target_roas: number | null;
}
export interface Session {
  user: User;
  organization: Organization;
  role: "owner" | "viewer";
  today: Day; /* in the org's zone */
}

export interface Metrics {
  // sums first, then ratios
  spend: Money;
  revenue: Money | null;
  impressions: number;
  clicks: number;
  conversions: number | null;
  roas: number | null;
  ctr: number | null;
  cpc: number | null;
  cpa: number | null;
}
export interface Change {
  spend: number | null;
  revenue: number | null;
  impressions: number | null;
  clicks: number | null;
  conversions: number | null;
  roas: number | null;
  ctr: number | null;
  cpc: number | null;
  cpa: number | null;
} // relative: 0.12 = +12 %
export interface PlatformRow extends Metrics {
  platform: string;
  previous: Metrics;
  change: Change;
  last_synced_at: Instant | null;
}
export interface TrendPoint extends Metrics {
  date: Day;
  partial: boolean;
} // every day of the range, zeros included
export interface ExcludedCurrency {
  currency: string;
  spend: Money;
} // not added, because there is no rate yet
export interface Overview {
  start: Day;
  end: Day;
  previous_start: Day;
  previous_end: Day;
  currency: string;
  time_zone: string;
  totals: Metrics;
  previous: Metrics;
  change: Change;
  platforms: PlatformRow[];
  trend: TrendPoint[];
  previous_trend: TrendPoint[];
  excluded: ExcludedCurrency[];
  first_day: Day | null;
  last_day: Day | null /* days with any data at all */;
  campaigns: number;
}

export type CampaignStatus = "active" | "paused" | "ended";
export interface CampaignRow extends Metrics {
  id: Uuid;
  name: string;
  platform: string;
  account_name: string;
  status: CampaignStatus;
  objective: string | null;
  daily_budget: Money | null;
  currency: string;
  change: Change;
  risk: number | null;
  risk_level: RiskLevel | null;
}
export interface CampaignPage {
  items: CampaignRow[];
  next_cursor: string | null;
  total: number;
}
export interface CampaignDetail {
  campaign: CampaignRow;
  trend: TrendPoint[];
  ads: AdRow[];
  risk: RiskScore;
}
export interface AdRow extends Metrics {
  id: Uuid;
  name: string;
  ad_set_name: string;
  status: CampaignStatus;
}

export type RiskLevel = "high" | "moderate" | "low";
export interface RiskInput {
  name: string /* roas_vs_target | roas_trend | ctr_change | cpc_change | volatility */;
  label: string;
  value: number | null;
  display: string /* "2.1 against 3.0" */;
  points: number;
  max_points: number;
}
export interface RiskScore {
  score: number | null;
  level: RiskLevel | null;
  enough_data: boolean;
  reason: string | null;
  inputs: RiskInput[];
  formula: string;
}
export interface CampaignRisk {
  campaign_id: Uuid;
  name: string;
  platform: string;
  spend: Money;
  risk: RiskScore;
}
export interface RiskReport {
  as_of: Day;
  currency: string;
  overall: RiskScore;
  campaigns: CampaignRisk[]; /* worst first, max 200 */
}

export interface EvidenceRow {
  label: string;
  value: string;
  comparison: string | null;
}
export interface Recommendation {
  id: Uuid;
  category: "budget" | "creative" | "targeting";
  title: string;
  explanation: string;
  impact: "high" | "medium" | "low";
  effort: "high" | "medium" | "low";
  campaign_id: Uuid | null;
  campaign_name: string | null;
  platform: string | null;
  evidence: EvidenceRow[];
  expected: {
    measure: string /* "revenue" | "spend" */;
    per: string /* "month" */;
    value: Money;
    low: Money;
    high: Money;
    confidence: number; /* 0.8 */
  };
}
export interface RecommendationList {
  as_of: Day;
  currency: string;
  items: Recommendation[];
  note: string | null; /* why empty */
}

export interface CredentialField {
  name: string;
  label: string;
  help: string;
  secret: boolean;
  required: boolean;
}
export interface PlatformDescription {
  platform: string;
  label: string;
  account_label: string;
  account_help: string;
  fields: CredentialField[];
}
export interface SyncRun {
  id: Uuid;
  state: "queued" | "running" | "succeeded" | "failed";
  first_day: Day;
  last_day: Day;
  days_done: number;
  days_total: number;
  rows_loaded: number;
  rows_changed: number;
  activity: string;
  error: string | null;
  created_at: Instant;
  started_at: Instant | null;
  finished_at: Instant | null;
}
export interface Connection {
  id: Uuid;
  platform: string;
  platform_label: string;
  name: string;
  external_account_id: string;
  currency: string | null;
  time_zone: string | null;
  status: "active" | "reconnect" | "failing";
  last_error: string | null;
  last_synced_at: Instant | null;
  next_sync_at: Instant | null;
  created_at: Instant;
  credentials: { field: string; masked: string }[];
  sync: SyncRun | null; /* newest */
}
export interface NewConnection {
  platform: string;
  name?: string;
  external_account_id: string;
  credentials: Record<string, string>;
}
export interface ConnectionTest {
  ok: boolean;
  message: string;
  account_name: string | null;
  currency: string | null;
  time_zone: string | null;
}

export interface ColumnMapping {
  column: string;
  field: string;
} // fields: date year month day campaign ad_group ad platform impressions clicks spend conversions revenue currency
export interface ImportOptions {
  mapping: ColumnMapping[];
  constants: Record<string, string> /* e.g. year=2020, currency=USD, platform=display */;
  date_order: "ymd" | "dmy" | "mdy" | null;
  decimal: "point" | "comma" | null;
  skip_bad_lines: boolean;
}
export interface ImportPreview {
  upload_id: Uuid;
  file_name: string;
  bytes: number;
  encoding: string;
  delimiter: string;
  columns: { name: string; samples: string[] }[];
  suggested: ImportOptions;
  questions: string[]; /* what must be answered, e.g. "Is 03/04/2020 the 3rd of April or March 4?" */
}
export interface BadLine {
  line: number;
  reason: string;
}
export interface ImportCheck {
  rows: number;
  bad_lines: number;
  first_bad: BadLine[] /* ≤100 */;
  first_day: Day | null;
  last_day: Day | null;
  currency: string | null;
  totals: { impressions: number; clicks: number; spend: Money; conversions: number | null; revenue: Money | null };
  sample: Record<string, string>[]; /* 20 normalised rows */
}
export interface ImportRun {
  id: Uuid;
  file_name: string;
  state: "running" | "succeeded" | "failed";
  rows_read: number;
  rows_skipped: number;
  facts_written: number;
  bytes_read: number;
  bytes_total: number;
  error: string | null;
  created_at: Instant;
  finished_at: Instant | null;
  bad_lines: BadLine[];
}

export type MetricName = keyof Metrics;

/** RFC 9457, with the failing fields. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  request_id?: string;
  errors?: { pointer: string; detail: string }[];
}
export interface Items<T> {
  items: T[];
}
export interface OrganizationChange {
  name?: string;
  target_roas?: number | null;
  reporting_currency?: string;
  time_zone?: string;
}
export interface ConnectionChange {
  name?: string;
  credentials?: Record<string, string>;
}
