"""Signing in, a new password, and what went wrong."""

from app.lowcode import page_models as pm

SIGN_IN = pm.AccountPage(
    title="登录",
    submit_url="/sign-in",
    office_name="乾安县网格台账",
    fields=(
        pm.FieldView(name="username", label="账号", autocomplete="username", is_required=True),
        pm.FieldView(
            name="password", label="密码", widget="password", autocomplete="current-password", is_required=True
        ),
    ),
    submit_label="登录",
    help=("忘了密码请找本单位管理员重置。连续输错 5 次会锁定 15 分钟。",),
    errors=("账号或密码不对，请再试一次。大写锁定键是否开着？",),
)
PASSWORD = pm.AccountPage(
    title="修改密码",
    submit_url="/password",
    office_name="乾安县网格台账",
    fields=(
        pm.FieldView(
            name="old", label="现在的密码", widget="password", autocomplete="current-password", is_required=True
        ),
        pm.FieldView(
            name="new",
            label="新密码",
            widget="password",
            autocomplete="new-password",
            is_required=True,
            help="至少 10 位，字母和数字都要有。",
        ),
        pm.FieldView(
            name="again",
            label="再输一次新密码",
            widget="password",
            autocomplete="new-password",
            is_required=True,
            error="两次输入的不一样。",
        ),
    ),
    submit_label="修改密码",
    cancel_url="/home",
)
