"""我的待办: one inbox of everything asked of a person, who takes whose place (AB岗), and handing work over."""
