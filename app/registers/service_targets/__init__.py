"""服务对象 in three kinds that never meet: 关爱服务对象, 特殊人群, 重点关注, each under its own line."""
