"""What is told of the place of a sign-in: which browser on what, and from which network; neither proves anything."""

from ipaddress import IPv6Address, ip_address, ip_network

# The first that stands in a User-Agent names it: the apps before their engine, an engine before what it poses as.
BROWSERS = (
    ("wxwork", "企业微信"),
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Feishu", "飞书"),
    ("Lark", "飞书"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("QQBrowser", "QQ浏览器"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
IPV4_BITS, IPV6_BITS = 24, 48


def browser_of(user_agent: str | None) -> str | None:
    """Name browser and system of a ``User-Agent``: ``Edge, Windows``; None where neither is known."""
    told = user_agent or ""
    found = [next((name for sign, name in table if sign in told), None) for table in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name) or None


def network_of(address: str | None) -> str | None:
    """Cut an address or a network down to ``203.0.113.0/24`` or ``2001:db8:1::/48``; None for what is neither."""
    try:
        whole = ip_address((address or "").partition("/")[0])
    except ValueError:
        return None
    if isinstance(whole, IPv6Address) and whole.ipv4_mapped:
        whole = whole.ipv4_mapped
    return str(ip_network((whole, IPV4_BITS if whole.version == 4 else IPV6_BITS), strict=False))
