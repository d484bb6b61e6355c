"""Page metrics: one file each, computed from the raw facts of a load. `METRICS` is the list of those there are."""

from collections.abc import Mapping

from slogate.analyzer.web import cls, eager_images, fcp, inp, lcp, request_count, tbt, ttfb, tti, uncached, weight
from slogate.analyzer.web.metric import PageMetric

METRICS: Mapping[str, PageMetric] = {
    metric.name: metric
    for metric in (
        PageMetric("fcp", "FCP", "ms", fcp.fcp),
        PageMetric("lcp", "LCP", "ms", lcp.lcp),
        PageMetric("tti", "TTI", "ms", tti.tti),
        PageMetric("tbt", "TBT", "ms", tbt.tbt),
        PageMetric("cls", "CLS", "score", cls.cls),
        PageMetric("inp", "INP", "ms", inp.inp),
        PageMetric("ttfb", "TTFB", "ms", ttfb.ttfb),
        PageMetric("page_bytes", "page weight", "bytes", weight.page_bytes),
        PageMetric("js_bytes", "JavaScript weight", "bytes", weight.js_bytes),
        PageMetric("css_bytes", "CSS weight", "bytes", weight.css_bytes),
        PageMetric("image_bytes", "image weight", "bytes", weight.image_bytes),
        PageMetric("font_bytes", "font weight", "bytes", weight.font_bytes),
        PageMetric("third_party_bytes", "third-party weight", "bytes", weight.third_party_bytes),
        PageMetric("requests", "request count", "count", request_count.requests),
        PageMetric("third_party_requests", "third-party request count", "count", request_count.third_party_requests),
        PageMetric("uncached", "uncached file count", "count", uncached.uncached),
        PageMetric("eager_images", "eager image count", "count", eager_images.eager_images),
    )
}
