"""The frame around sample pages: menu, areas, notes above the page."""

from app.lowcode import page_models as pm

MENU = (
    pm.MenuGroup("", (pm.MenuEntry("首页", "/home", "home"),)),
    pm.MenuGroup(
        "党建",
        (
            pm.MenuEntry("党组织", "/empty"),
            pm.MenuEntry("党员", "/empty"),
            pm.MenuEntry("在职报到党员", "/empty"),
            pm.MenuEntry("党员流动", "/empty", badge="3"),
            pm.MenuEntry("党费台账", "/empty"),
        ),
        "flag",
    ),
    pm.MenuGroup(
        "网格",
        (
            pm.MenuEntry("网格员", "/list", is_current=True),
            pm.MenuEntry("社区工作者", "/empty"),
            pm.MenuEntry("楼栋长、单元长", "/empty"),
            pm.MenuEntry("区域树", "/empty"),
        ),
        "grid",
    ),
    pm.MenuGroup(
        "居民", (pm.MenuEntry("居民", "/empty"), pm.MenuEntry("户", "/empty"), pm.MenuEntry("房屋", "/empty")), "people"
    ),
    pm.MenuGroup("物业", (pm.MenuEntry("物业企业", "/empty"), pm.MenuEntry("业委会", "/empty")), "building"),
    pm.MenuGroup("资源需求项目", (pm.MenuEntry("资源清单", "/empty"), pm.MenuEntry("需求清单", "/empty")), "hands"),
    pm.MenuGroup("会议", (pm.MenuEntry("会议", "/empty"), pm.MenuEntry("议定事项", "/empty", badge="2")), "meeting"),
    pm.MenuGroup("积分", (pm.MenuEntry("积分台账", "/empty"), pm.MenuEntry("积分规则", "/empty")), "star"),
    pm.MenuGroup("报表", (pm.MenuEntry("报表中心", "/empty"), pm.MenuEntry("报送情况", "/empty")), "chart"),
    pm.MenuGroup("系统", (pm.MenuEntry("账号和岗位", "/empty"), pm.MenuEntry("日志", "/empty")), "gear"),
)
AREAS = (
    pm.AreaChoice("220723", "乾安县", 0, True),
    pm.AreaChoice("220723001", "宇宙街道", 1),
    *(
        pm.AreaChoice(f"2207230010{n:02d}", name, 2)
        for n, name in enumerate(("晨光社区", "柳岸社区", "安字社区", "永康社区", "明珠社区"), 1)
    ),
    pm.AreaChoice("220723002", "天字街道", 1),
    *(pm.AreaChoice(f"2207230020{n:02d}", name, 2) for n, name in enumerate(("东风社区", "团结社区", "和平社区"), 1)),
)
FRAME = pm.Frame(
    office_name="乾安县网格台账",
    user_name="王敏",
    user_note="晨光社区 · 社区内勤",
    area_label="乾安县",
    areas=AREAS,
    area_url="/area",
    all_areas_url="/empty",
    search_url="/search",
    todo_count=7,
    todo_url="/home",
    large_type_url="/large",
    language_url="/language",
    languages=(pm.Option("zh-CN", "中文", True), pm.Option("en", "English")),
    user_links=(pm.Link("登录记录", "/empty"), pm.Link("修改密码", "/password")),
    sign_out_url="/sign-out",
    menu=MENU,
    crumbs=(pm.Link("首页", "/home"), pm.Link("网格", "/list"), pm.Link("网格员名册")),
)
BARE_FRAME = pm.Frame(office_name="网格台账")
