"""The words of the launch checklist in each language.

Reasons that the analyzer gives for what it could not decide are quoted in English in both.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.units import counted, say
from slogate.checklists.model import Language
from slogate.checklists.proof import Mark
from slogate.report.model import name_of
from slogate.slo.model import Area


@dataclass(frozen=True)
class Labels:
    """What stands around the items."""

    marks: Mapping[Mark, str]
    run: str
    release: str
    profile: str
    measured_at: str
    verdict: str
    evidence: str
    report: str
    summary: str
    sign_off: str
    role: str
    name: str
    signature: str
    date: str
    more: str  # of so many lines that are left out


LABELS: Mapping[Language, Labels] = {
    "ko": Labels(
        marks={Mark.TICKED: "통과", Mark.CROSSED: "미달", Mark.UNDECIDED: "판정 보류", Mark.OPEN: "확인 필요"},
        run="측정",
        release="릴리스",
        profile="프로필",
        measured_at="측정 시각",
        verdict="종합 판정",
        evidence="근거",
        report="리포트",
        summary="요약",
        sign_off="서명",
        role="역할",
        name="이름",
        signature="서명",
        date="날짜",
        more="외 {count}건은 리포트 참조",
    ),
    "en": Labels(
        marks={Mark.TICKED: "shown", Mark.CROSSED: "not met", Mark.UNDECIDED: "undecided", Mark.OPEN: "to be checked"},
        run="Run",
        release="Release",
        profile="Profile",
        measured_at="Measured at",
        verdict="Verdict",
        evidence="Evidence",
        report="Report",
        summary="Summary",
        sign_off="Sign-off",
        role="Role",
        name="Name",
        signature="Signature",
        date="Date",
        more="{count} more are in the report",
    ),
}

VERDICTS: Mapping[Language, Mapping[State, str]] = {
    "ko": {
        State.PASS: "통과",
        State.WARNING: "경고",
        State.FAIL: "미달",
        State.INCONCLUSIVE: "증거 부족",
        State.ERROR: "판정 불가",
        State.INFO: "참고(아직 기준 없음)",
    },
    "en": {
        State.PASS: "pass",
        State.WARNING: "warning",
        State.FAIL: "not met",
        State.INCONCLUSIVE: "not enough evidence",
        State.ERROR: "not judgeable",
        State.INFO: "no criterion yet",
    },
}

SENTENCES: Mapping[Language, Mapping[str, str]] = {
    "ko": {
        "whole": "{word} (목표 {judged}개 중 {many}개)",
        "verdict": "slo.yaml 종합 판정: {word} (목표 {judged}개 중 {many}개)",
        "objective.unseen": "이번 측정에 {objective} 결과가 없음. {area} 영역을 포함해 다시 측정하면 판정됨",
        "normal.unseen": "이번 판정에 {objective} 결과가 없음. slo.yaml에 normal로 적고 {area} 영역을 측정하면 판정됨",
        "headers.present": "{pages} 페이지의 문서 응답에 모두 있음: {headers}",
        "headers.missing": "{page} 페이지의 문서 응답에 없음: {headers}",
        "headers.over_http": "{pages} 페이지를 http로 측정함. HSTS는 https 주소로 측정해야 판정됨",
        "headers.unseen": "문서 응답 헤더 기록이 없음. 페이지를 포함해 다시 측정하면 판정됨",
        "compressed.all": "1.4kB 이상 텍스트 {files}개 모두 압축 전송",
        "compressed.some": "1.4kB 이상 텍스트 {files}개 중 {failing}개가 압축되지 않음. 가장 큰 것: {url} ({size})",
        "compressed.unseen": "1.4kB 이상 텍스트의 헤더 기록이 없음. 페이지를 포함해 다시 측정하면 판정됨",
        "modern_images.all": "8kB 이상 이미지 {files}개 모두 최신 포맷",
        "modern_images.some": "8kB 이상 이미지 {files}개 중 {failing}개가 JPEG·PNG·GIF. 가장 큰 것: {url} ({size})",
        "modern_images.unseen": "8kB 이상 이미지의 헤더 기록이 없음. 이미지가 있는 페이지를 측정하면 판정됨",
        "rate_limited.told": "응답에 rate limit 헤더가 있음: {url}",
        "rate_limited.refused": "{endpoint} 요청 {requests}건이 429로 거절됨",
        "rate_limited.unseen": "rate limit 헤더와 429 응답이 없었음. 페이지가 부르는 API가 그 헤더를 보내면 판정됨",
        "endpoint.answers": "{endpoint}: 요청 {requests}건 모두 정상 응답",
        "endpoint.fails": "{endpoint}: 요청 {requests}건 중 {failed}건 실패",
        "endpoint.unseen": "{endpoint} 요청이 없었음. loadtests/ 시나리오가 호출하면 판정됨",
        "pages.unusable": "정상적으로 열리지 않아 확인하지 못한 페이지: {pages}",
    },
    "en": {
        "whole": "{word}: {reason}",
        "verdict": "Verdict by slo.yaml: {word}: {reason}",
        "objective.unseen": "The run has no result on {objective}; one that measures {area} will show it",
        "normal.unseen": "The verdict has no {objective}; with it in slo.yaml, a run that measures {area} will show it",
        "headers.present": "The documents of {pages} all have {headers}",
        "headers.missing": "The document of {page} lacks {headers}",
        "headers.over_http": "{pages} came over http; HSTS is shown by a run against the https address",
        "headers.unseen": "No headers of a document were recorded; a run that loads pages will show it",
        "compressed.all": "All {files} texts of 1.4 kB or more were compressed",
        "compressed.some": "{failing} of {files} texts of 1.4 kB or more were not compressed, first {url} ({size})",
        "compressed.unseen": "No text of 1.4 kB or more was seen with its headers; a run that loads pages will show it",
        "modern_images.all": "All {files} images of 8 kB or more have a format of today",
        "modern_images.some": "{failing} of {files} images of 8 kB or more are JPEG, PNG or GIF, first {url} ({size})",
        "modern_images.unseen": "No image of 8 kB or more was seen with its headers; a page that has some will show it",
        "rate_limited.told": "An answer tells of a rate limit by its headers: {url}",
        "rate_limited.refused": "{requests} requests of {endpoint} were refused with 429",
        "rate_limited.unseen": "No rate limit header and no 429 was seen; an API that tells a page its limit will",
        "endpoint.answers": "{endpoint}: {requests} requests, all answered",
        "endpoint.fails": "{endpoint}: {failed} of {requests} requests failed",
        "endpoint.unseen": "{endpoint} was not asked; a scenario in loadtests/ that asks it will show it",
        "pages.unusable": "Not known of pages that did not load well: {pages}",
    },
}

_NEVER: Mapping[Language, tuple[str, str]] = {  # of a request that timed out; of a page that never got there
    "ko": ("시간 초과", "도달하지 못함"),
    "en": ("a timeout", "not reached"),
}
_STATISTICS = {"mean": "평균", "max": "최대"}
_METRICS = {
    "page_bytes": "전체 전송량",
    "js_bytes": "JavaScript 전송량",
    "css_bytes": "CSS 전송량",
    "image_bytes": "이미지 전송량",
    "font_bytes": "폰트 전송량",
    "third_party_bytes": "서드파티 전송량",
    "requests": "요청 수",
    "third_party_requests": "서드파티 요청 수",
    "uncached": "캐시되지 않는 정적 파일 수",
    "eager_images": "지연 로딩되지 않는 화면 밖 이미지 수",
    "cpu": "CPU 사용률",
    "memory": "메모리 사용률",
    "disk_util": "디스크 사용률",
    "disk_await": "디스크 대기 시간",
    "disk": "디스크 I/O",
}


def title_of(result: ObjectiveResult, language: Language) -> str:
    """An objective as a person calls it."""
    if language == "en":
        return name_of(result)
    match result.area:
        case Area.API:
            statistic = _STATISTICS.get(result.statistic, result.statistic)
            what = "오류율" if result.metric == "errors" else f"{statistic} 응답 시간"
            return f"{result.subject} {what}" if result.subject else what
        case Area.WEB:
            loaded = " (부하 중)" if result.when == "loaded" else ""
            metric = _METRICS.get(result.metric, result.metric.upper())
            return f"{result.subject or '모든'} 페이지 {metric}{loaded}"
        case _:
            return _METRICS.get(result.metric, result.metric)


def measured(result: ObjectiveResult, language: Language) -> str:
    """The numbers of an objective: estimate, interval, limit, and how many observations they rest on."""
    unit, korean = result.unit, language == "ko"
    parts = []
    if result.low is not None or result.high is not None:
        low = "0" if result.low is None else say(result.low, unit)
        high = "?" if result.high is None else say(result.high, unit)
        parts.append(f"신뢰 구간 {low} ~ {high}" if korean else f"interval {low} .. {high}")
    parts.append(f"기준 {result.criterion}" if korean else f"limit {result.criterion}")
    if result.n:
        parts.append(_observations(result, korean=korean))
    return f"{_estimate(result, language)}({', '.join(parts)})"


def _estimate(result: ObjectiveResult, language: Language) -> str:
    if result.estimate is not None:
        return f"{say(result.estimate, result.unit)} "
    if result.state is not State.FAIL:
        return ""
    return f"{_NEVER[language][result.area is Area.WEB]} "


def _observations(result: ObjectiveResult, *, korean: bool) -> str:
    if korean:
        return {Area.API: "요청 {:,}건", Area.WEB: "로드 {:,}회", Area.RESOURCES: "표본 {:,}개"}[result.area].format(
            result.n
        )
    return counted(result.n, {Area.API: "request", Area.WEB: "load", Area.RESOURCES: "sample"}[result.area])
