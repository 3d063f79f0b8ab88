import { LineChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use as register, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { TrendPoint } from "@/api/types";
import { usePaintedTheme } from "@/lib/theme";
import { trendOption } from "./trend-option";

register([LineChart, GridComponent, TooltipComponent, MarkLineComponent, MarkAreaComponent, CanvasRenderer]);

interface TrendCanvasProps {
  points: TrendPoint[];
  previous: TrendPoint[];
  currency: string;
}

/** The drawing itself, in a chunk of its own with the chart library. */
export default function TrendCanvas({ points, previous, currency }: TrendCanvasProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const theme = usePaintedTheme();

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = init(element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
    chart.current?.setOption(trendOption(points, previous, currency, color), { notMerge: true });
  }, [points, previous, currency, theme]);

  return <div ref={box} className="absolute inset-0" />;
}
