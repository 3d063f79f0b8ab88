import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Card, Skeleton } from "@/components/ui/surface";
import { recommendationsQuery } from "@/features/curiosity/queries";
import { RecommendationItem } from "@/features/curiosity/recommendation";
import { errorText } from "@/lib/api";

const SHOWN = 3;

export function CuriosityCard() {
  const { data, error } = useQuery(recommendationsQuery);
  return (
    <Card title="Curiosity" hue="curiosity" note="what to do">
      {error && !data && <p className="text-sm text-bad">{errorText(error)}</p>}
      {!error && !data && <Skeleton className="h-60" />}
      {data && data.items.length === 0 && (
        <p className="text-mut">{data.note ?? "Nothing to change: no finding is strong enough to act on."}</p>
      )}
      {data && data.items.length > 0 && (
        <>
          <ul>
            {data.items.slice(0, SHOWN).map((item) => (
              <RecommendationItem key={item.id} item={item} currency={data.currency} />
            ))}
          </ul>
          <p className="mt-3 text-sm">
            <Link to="/curiosity" className="font-medium text-accent hover:underline">
              All recommendations and their evidence
            </Link>
          </p>
        </>
      )}
    </Card>
  );
}
