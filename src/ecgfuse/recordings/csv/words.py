"""Words with which tables name time, samples and rates, in several languages."""

import re
import unicodedata

SECONDS = {
    **dict.fromkeys(
        (
            *("s", "sec", "secs", "second", "seconds", "초", "秒", "秒数", "sekunde", "sekunden"),
            *("sek", "seconde", "secondes", "segundo", "segundos", "seg", "secondo", "secondi"),
            *("\u0441", "сек", "секунды", "секунда"),  # the first is Cyrillic
        ),
        1.0,
    ),
    **dict.fromkeys(
        (
            *("ms", "msec", "msecs", "mseconds", "millisecond", "milliseconds", "millis", "밀리초"),
            *("毫秒", "ミリ秒", "millisekunden", "millisecondes", "milisegundos", "millisecondi"),
            *("мс", "миллисекунды"),
        ),
        1e-3,
    ),
    **dict.fromkeys(
        (
            *("us", "μs", "usec", "usecs", "microsecond", "microseconds", "micros", "마이크로초"),
            *("微秒", "マイクロ秒", "mikrosekunden", "мкс"),
        ),
        1e-6,
    ),
    **dict.fromkeys(("ns", "nsec", "nanosecond", "nanoseconds", "nanos", "나노초", "纳秒"), 1e-9),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "분", "分", "minuten", "minuto"), 60.0),
    **dict.fromkeys(("h", "hr", "hour", "hours", "시"), 3600.0),
}
"""Units of time in seconds."""
_TIMES = {
    *("t", "time", "times", "elapsed", "timestamp", "timestamps", "timecode", "clock", "epoch"),
    *("unixtime", "datetime", "date", "zeit", "zeitstempel", "temps", "horodatage", "tiempo"),
    *("tempo", "hora", "heure", "uhrzeit", "datum", "fecha"),
}
_TIME_PARTS = (
    *("시간", "시각", "타임", "날짜", "일시", "时间", "時間", "時刻", "日時", "日期", "时刻"),
    *("время", "дата", "timestamp", "zeitstempel", "elapsedtime"),
)
_COUNTERS = {
    *("sample", "samples", "index", "idx", "counter", "count", "row", "frame", "unnamed", "seq"),
    *("nseq", "sampleno", "samplenumber", "sampleindex", "no", "nr", "number", "id", "packet"),
    *("point", "points", "sequence", "abtastwert", "échantillon", "muestra", "amostra", "campione"),
    *("отсчет", "отсчёт", "номер", "n"),
}
_COUNTER_PARTS = (
    "샘플",
    "표본",
    "번호",
    "순번",
    "인덱스",
    "采样点",
    "序号",
    "样本",
    "サンプル番号",
    "番号",
)
_RATES = (
    *("samplerate", "samplingrate", "samplefreq", "samplingfreq", "samplinghz", "samplespersec"),
    *(
        "samplespersecond",
        "sfreq",
        "acquisitionrate",
        "datarate",
        "샘플률",
        "샘플레이트",
        "샘플속도",
    ),
    *("샘플링", "표본화", "표집", "采样率", "采样频率", "取样率", "取樣", "採樣", "サンプルレート"),
    *("サンプリング", "標本化", "abtastrate", "abtastfrequenz", "messrate", "tauxdechantillonnage"),
    *("frequencedechantillonnage", "echantillonnage", "muestreo", "amostragem", "campionamento"),
    *("дискретизации", "дискретизация"),
)
_RATE_NAMES = ("fs", "sr", "hz", "rate", "freq", "frequency", "주파수", "频率", "周波数", "частота")
_INTERVALS = (
    *("interval", "sampleperiod", "samplingperiod", "timestep", "deltat", "샘플간격", "측정간격"),
    *("采样间隔", "サンプル間隔", "intervall", "intervalle", "intervalo", "интервал"),
)
_FILTERS = (
    *(
        "filter",
        "filtro",
        "filtre",
        "фильтр",
        "필터",
        "滤波",
        "フィルタ",
        "notch",
        "lowpass",
        "cutoff",
    ),
    *("highpass", "bandpass", "mains", "powerline", "hum", "pass", "hp", "lp", "bandwidth"),
)


def words(name: str) -> list[str]:
    """The words of a name, in lower case."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("µ", "μ")
    return re.findall(r"[^\W_]+", plain)


def compact(name: str) -> str:
    """A name in lower case without spaces, signs and accents."""
    parts = unicodedata.normalize("NFD", "".join(words(name)))
    bare = "".join(c for c in parts if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", bare)


def is_time(name: str) -> bool:
    """Whether a name is that of times, such as "Time (s)", "측정시간(초)" or "ms"."""
    found = words(name)
    if not found:
        return False
    if len(found) == 1 and found[0] in SECONDS:
        return found[0] not in ("h", "hr")  # "HR" is a heart rate
    bare = [word for word in found if word not in SECONDS] or found
    if bare[0] in _TIMES or (bare[-1] in _TIMES and bare[-1] != "t"):
        return True
    return any(part in compact(name) for part in map(compact, _TIME_PARTS))


def seconds_in(name: str) -> float | None:
    """The unit of time in a name, in seconds; None if there is none."""
    sizes = [SECONDS[word] for word in words(name) if word in SECONDS]
    return sizes[-1] if sizes else None


def is_counter(name: str) -> bool:
    """Whether a name is that of sample numbers."""
    found = words(name)
    return bool(found) and (
        found[0] in _COUNTERS
        or compact(name) in _COUNTERS
        or any(part in compact(name) for part in map(compact, _COUNTER_PARTS))
        or found[-1] in ("index", "counter", "number")
    )


def is_rate(key: str) -> bool:
    """Whether a key is that of the sampling rate."""
    name = compact(key)
    if is_filter(key):
        return False
    return any(part in name for part in map(compact, _RATES)) or bool(
        words(key) and words(key)[0] in _RATE_NAMES
    )


def is_interval(key: str) -> bool:
    """Whether a key is that of the time between samples."""
    return any(part in compact(key) for part in map(compact, _INTERVALS))


def is_filter(key: str) -> bool:
    """Whether a key is that of a filter, whose frequency is not the sampling rate."""
    return any(part in compact(key) for part in map(compact, _FILTERS))
