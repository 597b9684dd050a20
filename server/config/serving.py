"""How the server runs: mode, database, addresses, certificates, the demo."""

from server.config.reading import Setting, bucket, database, endpoint, hidden, networks, one_of, switch, whole

SERVING: dict[str, Setting] = {
    "mode": Setting(
        "HUXUE_MODE",
        "",
        "production",
        "`demo` adds one-click sign-ins and shows one-time codes; never use it with real people.",
        one_of("production", "demo"),
    ),
    "database_url": Setting(
        "HUXUE_DATABASE_URL",
        "URL",
        "sqlite:///var/huxue.db",
        "`sqlite:///PATH` for one process, `postgresql+psycopg://…` for several; required outside demo mode.",
        database,
    ),
    "files_folder": Setting(
        "HUXUE_FILES_FOLDER",
        "path",
        "",
        "Folder of made files (exports, copies of own data), shared by servers and workers; empty: beside an SQLite "
        "file, else `var/files`.",
    ),
    "backup_folder": Setting(
        "HUXUE_BACKUP_FOLDER",
        "path",
        "",
        "Folder to which copies of the database go; the console's checklist looks there how old the newest file is, "
        "and writes nothing.",
    ),
    "files": Setting(
        "HUXUE_FILES",
        "address",
        "",
        "Bucket of made files instead of a folder, at a service that speaks S3: `s3://BUCKET` or `s3://BUCKET/PREFIX`.",
        bucket,
    ),
    "files_endpoint": Setting(
        "HUXUE_FILES_ENDPOINT",
        "URL",
        "",
        "Where that service answers (MinIO, Ceph, OSS …), as `https://HOST:PORT`; empty: Amazon's of the region.",
        endpoint,
    ),
    "files_region": Setting(
        "HUXUE_FILES_REGION", "", "us-east-1", "Region of the bucket; MinIO and Ceph take this one."
    ),
    "files_style": Setting(
        "HUXUE_FILES_STYLE",
        "",
        "path",
        "Where the bucket stands: `path` behind the host (MinIO, Ceph), `virtual` in its name (OSS insists on it).",
        one_of("path", "virtual"),
    ),
    "files_key": Setting("HUXUE_FILES_KEY", "", "", "Access key of the bucket.", hidden),
    "files_secret": Setting("HUXUE_FILES_SECRET", "", "", "Secret of that key.", hidden),
    "files_key_file": Setting(
        "HUXUE_FILES_KEY_FILE",
        "path",
        "",
        "File with two lines instead, the key and its secret, readable by its owner alone.",
    ),
    "redis_url": Setting(
        "HUXUE_REDIS_URL", "URL", "", "Bell between several processes; empty with one process."
    ),
    "engine": Setting(
        "HUXUE_ENGINE",
        "",
        "eventlet",
        "Async engine of the server.",
        one_of("eventlet", "gevent", "threads"),
    ),
    "host": Setting("HUXUE_HOST", "address", "127.0.0.1", "Address to listen on."),
    "port": Setting("HUXUE_PORT", "port", "8000", "Port to listen on.", whole(1, 65535)),
    "public_url": Setting(
        "HUXUE_PUBLIC_URL",
        "URL",
        "http://127.0.0.1:8000",
        "Address under which phones reach the server; printed in the QR codes.",
    ),
    "trusted_proxies": Setting(
        "HUXUE_TRUSTED_PROXIES",
        "addresses",
        "",
        "Proxies right in front, as addresses or networks separated by commas (`127.0.0.1`); "
        "whom they say in `X-Forwarded-For` that they heard from is believed, nobody else.",
        networks,
    ),
    "certificate": Setting(
        "HUXUE_CERTIFICATE", "path", "", "TLS certificate, when no proxy in front speaks HTTPS."
    ),
    "certificate_key": Setting("HUXUE_CERTIFICATE_KEY", "path", "", "Private key of the TLS certificate."),
    "tile_url": Setting(
        "HUXUE_TILE_URL", "URL", "", "Map tiles as `https://…/{z}/{x}/{y}.png`; empty: the drawn outline."
    ),
    "tile_datum": Setting(
        "HUXUE_TILE_DATUM",
        "",
        "wgs84",
        "Coordinate system of the tiles; Chinese providers use `gcj02`.",
        one_of("wgs84", "gcj02"),
    ),
    "simulate": Setting(
        "HUXUE_SIMULATE", "0 or 1", "1", "Whether the demo plays a peak in the background.", switch
    ),
    "simulate_guards": Setting(
        "HUXUE_SIMULATE_GUARDS", "guards", "1300", "How many guards the demo plays.", whole(1, 33000)
    ),
    "simulate_speed": Setting(
        "HUXUE_SIMULATE_SPEED",
        "times",
        "6",
        "How much faster than life the demo's guards arrive.",
        whole(1, 100),
    ),
}
