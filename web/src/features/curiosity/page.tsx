import { useQuery } from "@tanstack/react-query";
import { Lightbulb } from "lucide-react";
import { useState } from "react";
import type { Recommendation } from "@/api/types";
import { PageHeader } from "@/components/page-header";
import { Empty, ErrorState } from "@/components/states";
import { Card, Skeleton } from "@/components/ui/surface";
import { Select } from "@/components/ui/field";
import { capitalize, day, plural } from "@/lib/format";
import { recommendationsQuery } from "./queries";
import { RecommendationItem } from "./recommendation";

const CATEGORIES: Recommendation["category"][] = ["budget", "creative", "targeting"];

function CategoryFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <Select aria-label="Category" className="w-40" value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">All categories</option>
      {CATEGORIES.map((category) => (
        <option key={category} value={category}>
          {capitalize(category)}
        </option>
      ))}
    </Select>
  );
}

export function CuriosityPage() {
  const { data, error, refetch } = useQuery(recommendationsQuery);
  const [category, setCategory] = useState("");
  const shown = data?.items.filter((item) => !category || item.category === category) ?? [];
  return (
    <>
      <PageHeader title="Curiosity" />
      {error && !data && (
        <ErrorState title="The recommendations could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {!error && !data && <Skeleton className="h-120" />}
      {data && data.items.length === 0 && (
        <Empty
          icon={<Lightbulb aria-hidden className="size-5" />}
          title="No recommendations"
          text={data.note ?? "No finding is strong enough to act on. That is good news, not a gap."}
        />
      )}
      {data && data.items.length > 0 && (
        <div className="grid gap-3">
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-sm text-mut">
              {plural(shown.length, "recommendation")} from the days until {day(data.as_of, true)}, in {data.currency}.
              Each is made by statistics and shows the rows that it rests on.
            </p>
            <CategoryFilter value={category} onChange={setCategory} />
          </div>
          <Card>
            {shown.length === 0 && <p className="text-mut">No recommendation of this category.</p>}
            <ul>
              {shown.map((item) => (
                <RecommendationItem key={item.id} item={item} currency={data.currency} open />
              ))}
            </ul>
          </Card>
        </div>
      )}
    </>
  );
}
