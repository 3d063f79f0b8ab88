// Names for the shapes of the HTTP API. schema.ts is made from the server's OpenAPI document: npm run api.
// Money is a decimal string, a day YYYY-MM-DD, an instant RFC 3339 in UTC.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Money = string;
export type Day = string;
export type Instant = string;

export type LoginRequest = Schemas["LoginRequest"];
export type Session = Schemas["Session"];
export type Organization = Schemas["Organization"];
export type OrganizationChange = Schemas["OrganizationChange"];

export type Metrics = Schemas["Metrics"];
export type MetricName = keyof Metrics;
/** Relative: 0.12 is +12 %. */
export type Change = Schemas["Change"];
export type PlatformRow = Schemas["PlatformRow"];
export type TrendPoint = Schemas["TrendPoint"];
export type Overview = Schemas["Overview"];
export type ExcludedCurrency = Schemas["ExcludedCurrency"];

export type CampaignRow = Schemas["CampaignRow"];
export type CampaignStatus = CampaignRow["status"];
export type CampaignPage = Schemas["CampaignPage"];
export type CampaignDetail = Schemas["CampaignDetail"];
export type AdRow = Schemas["AdRow"];

export type RiskScore = Schemas["RiskScore"];
export type RiskLevel = NonNullable<RiskScore["level"]>;
export type RiskInput = Schemas["RiskInput"];
export type CampaignRisk = Schemas["CampaignRisk"];
export type RiskReport = Schemas["RiskReport"];

export type EvidenceRow = Schemas["EvidenceRow"];
export type Recommendation = Schemas["Recommendation"];
export type RecommendationList = Schemas["RecommendationList"];

export type CredentialField = Schemas["CredentialField"];
export type PlatformDescription = Schemas["PlatformDescription"];
export type PlatformList = Schemas["PlatformList"];
export type Connection = Schemas["Connection"];
export type ConnectionList = Schemas["ConnectionList"];
export type ConnectionChange = Schemas["ConnectionChange"];
export type ConnectionTest = Schemas["ConnectionTest"];
export type NewConnection = Schemas["NewConnection"];
export type BackfillProgress = Schemas["BackfillProgress"];
export type SyncRun = Schemas["SyncRun"];

export type Deviation = Schemas["Deviation"];
export type AccountReconciliation = Schemas["AccountReconciliation"];
export type Reconciliation = Schemas["Reconciliation"];
export type RestatedDay = Schemas["RestatedDay"];
export type RestatedDays = Schemas["RestatedDays"];

export type ColumnMapping = Schemas["ColumnMapping"];
export type ImportOptions = Schemas["ImportOptions"];
export type ImportPreview = Schemas["ImportPreview"];
export type ImportCheck = Schemas["ImportCheck"];
export type ImportRun = Schemas["ImportRun"];
export type ImportList = Schemas["ImportList"];
export type BadLine = Schemas["BadLine"];

/** RFC 9457, with the failing fields; a proxy's answer may lack any of it. */
export type Problem = Partial<Schemas["Problem"]>;
