"""Errors, search results, and messages."""

from app.lowcode import page_models as pm

ERROR = pm.ErrorPage(
    title="没有权限看这一页",
    text="这条记录不在您负责的范围里，或者您的岗位不包含这类名册。",
    advice=("如果确实需要，请让管理员给您加岗位。", "如果是从别人发的链接点进来的，请从左边菜单重新进入。"),
    actions=(pm.Action("回首页", "/home", "primary"), pm.Action("返回上一页", "/list")),
    reference="20261122-8F3K",
)
SEARCH = pm.SearchPage(
    title="查找“王敏”",
    value="王敏",
    search_url="/search",
    groups=(
        pm.SearchGroup(
            "网格员",
            "2 名",
            (
                pm.PanelItem("王敏", "/show", "晨光社区第一网格 · 138****0002", pm.Chip("在岗", "green")),
                pm.PanelItem("王敏", "/show", "永康社区第三网格 · 137****1102"),
            ),
        ),
        pm.SearchGroup(
            "居民",
            "1,000+ 名",
            (pm.PanelItem("王敏", "/empty", "幸福里小区 3 号楼 2 单元 301"),),
            pm.Link("看全部", "/empty"),
        ),
    ),
)
NOTHING_FOUND = pm.SearchPage(
    title="查找“哈哈”",
    value="哈哈",
    search_url="/search",
    empty=pm.EmptyState("没有找到“哈哈”", "可以只写姓、拼音首字母（wm）或电话后四位。"),
)

NOTES = (
    pm.Note("已保存。", "green", (pm.Link("再新增一名", "/form"),)),
    pm.Note("今天 18:00 起备份，约两分钟不能保存。", "blue"),
    pm.Note("这个月已经定稿，只能看不能改。", "amber"),
    pm.Note("没有保存：网络断了，请再点一次保存。", "red"),
)
