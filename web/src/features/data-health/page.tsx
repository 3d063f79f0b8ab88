import { PageHeader } from "@/components/page-header";
import { ReconciliationCard } from "./reconciliation";
import { RestatedCard } from "./restated";

export function DataHealthPage() {
  return (
    <>
      <PageHeader title="Data health" />
      <div className="grid items-start gap-4">
        <ReconciliationCard />
        <RestatedCard />
      </div>
    </>
  );
}
