"""Simulated organisations and their calls, for the claims about forecast, advice and what-if.

What is measured comes from public aggregates: the talk time and the hours of "Anonymous Bank" (Brown et al., JASA 100
(2005) 36-50: lognormal talk times, arrivals that vary with the hour and from day to day). What is not public is chosen
here, openly: the size of organisations, their destinations and prices, growth, holidays.
"""
