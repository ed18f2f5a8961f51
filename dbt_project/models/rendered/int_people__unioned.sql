-- generated from the program folders by `impact contract render`; do not edit
select
    cast(null as string) as program_code,
    cast(null as string) as partner_code,
    cast(null as string) as period,
    cast(null as string) as person_key,
    cast(null as string) as key_name
where false
