import { Search } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { CampaignStatus } from "@/api/types";
import { Input, Select } from "@/components/ui/field";
import { capitalize } from "@/lib/format";
import { useDebounced, useSlashFocus } from "@/lib/hooks";
import { platformLabel } from "@/lib/platforms";
import { STATUSES, type CampaignFilter } from "./filter";

interface CampaignToolbarProps {
  filter: CampaignFilter;
  platforms: string[];
  count: string;
  onChange: (part: Partial<CampaignFilter>) => void;
}

export function CampaignToolbar({ filter, platforms, count, onChange }: CampaignToolbarProps) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(filter.search);
  const settled = useDebounced(text.trim());
  useSlashFocus(field);
  const report = useEffectEvent((value: string) => {
    if (value !== filter.search) onChange({ search: value });
  });
  useEffect(() => report(settled), [settled]);

  const choices = [...new Set([...platforms, filter.platform])].filter(Boolean);
  return (
    <div role="search" className="mb-3 flex flex-wrap items-center gap-2">
      <span className="relative min-w-44 flex-1 sm:max-w-72">
        <Search aria-hidden className="absolute top-1/2 left-3 size-4 -translate-y-1/2 text-mut" />
        <Input
          ref={field}
          type="search"
          aria-label="Search campaigns"
          placeholder="Search by name"
          className="pl-9"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {!text && (
          <kbd
            aria-hidden
            className="absolute top-1/2 right-2.5 hidden -translate-y-1/2 rounded-sm border px-1 font-sans text-xs text-mut sm:block"
          >
            /
          </kbd>
        )}
      </span>
      <Select
        aria-label="Status"
        className="w-32"
        value={filter.status}
        onChange={(event) => onChange({ status: event.target.value as CampaignStatus | "" })}
      >
        <option value="">Any status</option>
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {capitalize(status)}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Platform"
        className="w-40"
        value={filter.platform}
        onChange={(event) => onChange({ platform: event.target.value })}
      >
        <option value="">All platforms</option>
        {choices.map((platform) => (
          <option key={platform} value={platform}>
            {platformLabel(platform)}
          </option>
        ))}
      </Select>
      <span role="status" className="ml-auto text-sm text-mut">
        {count}
      </span>
    </div>
  );
}
