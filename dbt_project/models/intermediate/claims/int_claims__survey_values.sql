select
    cast(null as string) as wave_code,
    cast(null as string) as country_code,
    cast(null as string) as group_code,
    cast(null as decimal(9, 4)) as estimate_pct,
    cast(null as decimal(9, 4)) as ci_low_pct,
    cast(null as decimal(9, 4)) as ci_high_pct,
    cast(null as string) as nchs
where false
